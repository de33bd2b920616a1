Feature: The gateway serves LLM requests
  A message sent through the gateway comes back with a model's answer.
  When it does not, the deployment is down for its users, however healthy the gateway looks.

  @id:routing @smoke
  Scenario Outline: A message through the gateway is answered by <provider>
    When a message with a fresh nonce is sent through the gateway to a model of <provider>
    Then the gateway answers it

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |
