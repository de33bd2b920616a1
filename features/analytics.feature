Feature: LLM requests pass the AI Gateway
  Every request that OpenClaw sends to a provider is recorded by the AI Gateway.
  A request that is answered but not recorded went straight to the provider, past the operator's
  control; so did one that only looks like a record of the same minute.

  @id:arrival.anthropic @smoke @anthropic
  Scenario: An Anthropic request through the gateway is recorded by the AI Gateway
    Given the gateway's agent uses an Anthropic model
    When a message with a fresh nonce is sent through the gateway
    Then the AI Gateway has a record that carries the nonce
    And the record is of a successful request to Anthropic

  @id:arrival.direct @smoke
  Scenario Outline: A request to <provider> straight to the Worker is recorded by the AI Gateway
    When a request with a fresh nonce is sent straight to the Worker for <provider>
    Then the Worker answers it through the AI Gateway
    And the AI Gateway has a record of it that is a success

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |
