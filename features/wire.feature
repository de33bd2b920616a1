Feature: No LLM provider is called past the Worker while the wire is watched
  What a deployment is configured to do is one thing, and what it does is another. The wire shows which
  hosts the gateway's processes call, by name, without decrypting anything.
  A provider's name there is a request that went past the operator's control.

  @id:wire.providers @smoke @anthropic
  Scenario: No LLM provider is called past the Worker while a message is under way
    When the VPS's connections are watched while a message goes through the gateway
    Then the gateway calls no LLM provider past the Worker
    And the watch has seen the message on its way to the Worker
    And the watch has missed no packet
