Feature: The gateway's container has the plan's provider environment
  The running container gives each provider's client the AUTH_TOKEN as its key, and requests go to
  an address that the Worker routes. A container keeps the environment that it was created with:
  after a change to a file alone, it still has the old key or address, whatever the files say.
  GitHub Copilot is out of scope: it logs in with OAuth, and has no API key.

  @id:environment.key @smoke
  Scenario Outline: The container's key for <provider> is the AUTH_TOKEN
    When the VPS is surveyed
    Then <variable> in the container is the AUTH_TOKEN

    Examples: the plan's table
      | provider   | variable           |
      | Anthropic  | ANTHROPIC_API_KEY  |
      | OpenAI     | OPENAI_API_KEY     |
      | Google     | GOOGLE_API_KEY     |
      | xAI        | XAI_API_KEY        |
      | Groq       | GROQ_API_KEY       |
      | Cerebras   | CEREBRAS_API_KEY   |
      | Mistral    | MISTRAL_API_KEY    |
      | OpenRouter | OPENROUTER_API_KEY |

  @id:environment.base-url @smoke
  Scenario Outline: The container's base URL for <provider> points at the Worker
    When the VPS is surveyed
    Then <variable> in the container points at the Worker

    Examples: the plan's table
      | provider  | variable           |
      | Anthropic | ANTHROPIC_BASE_URL |
      | OpenAI    | OPENAI_BASE_URL    |

  @id:environment.other-keys @smoke
  Scenario: No provider has a key other than the AUTH_TOKEN
    When the VPS is surveyed
    Then no other provider's key variable in the container has a different value
    And openclaw.json gives no provider a different key

  @id:address @smoke
  Scenario Outline: Requests to <provider> have an address that the Worker routes
    When the VPS is surveyed
    Then OpenClaw sends all requests to <provider> to an address that the Worker routes

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |

  @id:address.others @smoke
  Scenario: No other provider's address bypasses the Worker
    When the VPS is surveyed
    Then no other provider in openclaw.json bypasses the Worker

  @id:environment.today @smoke
  Scenario: The container was created from the current files
    When the VPS is surveyed
    Then the container has the environment that Compose would give it now
