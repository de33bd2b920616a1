Feature: Only authorised users reach the gateway
  The gateway can be reached on the VPS itself or through Cloudflare, and only with its token.
  Anyone else who reaches it can use the agents, their tools and your providers' credit, and is
  recorded as if they were you.

  @id:exposure.port @smoke
  Scenario: The gateway's port is reachable only on the VPS's loopback interface
    When the VPS is surveyed
    Then the gateway's port listens on the loopback interface only
    And the gateway's port accepts no connection from where the suite runs

  @id:exposure.token @smoke
  Scenario: The gateway rejects a request without its token
    When a request without a token is sent to the gateway
    Then the gateway rejects it

  @id:exposure.public-name @smoke @public
  Scenario: The gateway's public name is protected by a login or a token
    When the gateway's public name is asked without any credential
    Then it answers through Cloudflare, and serves no API
