"""The report in headless Chromium."""
