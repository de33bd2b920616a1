Feature: Nobody uses the gateway without being let in
  The gateway is reached on the VPS itself or through Cloudflare, and serves nobody without its token.
  Whoever can use it otherwise uses the agents, their tools and your providers' credit, and is
  recorded as if it were you.

  @id:exposure.port @smoke
  Scenario: The gateway's port is reached on the VPS's loopback only
    When the VPS is surveyed
    Then the gateway's port listens on the loopback only
    And the gateway's port takes no connection from where the suite runs

  @id:exposure.token @smoke
  Scenario: The gateway refuses a request without its token
    When a request without a token is sent to the gateway
    Then the gateway refuses it

  @id:exposure.public-name @smoke @public
  Scenario: The gateway's public name lets nobody in
    When the gateway's public name is asked without any credential
    Then it answers through Cloudflare, and serves no API
