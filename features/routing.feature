Feature: The gateway serves LLM requests
  A message sent through the gateway comes back with a model's answer.
  When it does not, the deployment is down for its users, however healthy the gateway looks.

  @id:routing.anthropic @smoke @anthropic
  Scenario: An Anthropic request through the gateway is answered
    Given the gateway's agent uses an Anthropic model
    When a message with a fresh nonce is sent through the gateway
    Then the gateway answers it
