Feature: The AI Gateway records every request, and only its owner can use it
  Its settings decide whether a request is recorded, and whether it gets through at all.
  One click in the dashboard changes them, and nothing else reports a wrong one.

  @id:ai-gateway @smoke
  Scenario Outline: The AI Gateway <behaves>
    When the AI Gateway's settings are read
    Then the AI Gateway <behaves>

    Examples:
      | behaves                    |
      | collects logs              |
      | requires authentication    |
      | caches no answers          |
      | has room for more logs     |

  @id:ai-gateway.api-token @nightly
  Scenario: The suite's Cloudflare token reads only what it needs
    When the suite's Cloudflare token is inspected
    Then it can read nothing but the AI Gateway, and has no permission to write
