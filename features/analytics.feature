Feature: LLM requests go through the AI Gateway
  Every request that OpenClaw sends to a provider is recorded by the AI Gateway.
  A request that was answered but not recorded went straight to the provider, out of the operator's
  control. Another request's record of the same minute proves nothing.

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
