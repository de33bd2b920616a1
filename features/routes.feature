Feature: Every route that OpenClaw could take is known
  Whatever OpenClaw is set to use, and whatever it or a user may choose, leads to the Worker.
  One recorded message proves one route: a fallback, a second agent, a login or a second container
  that goes past the Worker discloses prompts and the AUTH_TOKEN, and no record tells you.

  @id:routes.configuration @smoke
  Scenario: The configuration that is read is the running container's
    When the VPS is surveyed
    Then OpenClaw's configuration is read where its container has it
    And all that OpenClaw has stored of models and credentials is read
    And the container has no address of its own for the Worker's name

  @id:routes.configured @smoke
  Scenario: No configured route goes past the Worker
    When the VPS is surveyed
    Then all that OpenClaw is set to use is reached through the Worker

  @id:routes.possible @smoke
  Scenario: No route that could be chosen leads to a provider with a real key
    When the VPS is surveyed
    Then nothing else that OpenClaw may use has a credential of its own past the Worker

  @id:routes.understood @smoke
  Scenario: Every model and address in OpenClaw's configuration is understood
    When the VPS is surveyed
    Then no model and no address is in an unknown place

  @id:routes.logins @smoke
  Scenario: No login of a provider is stored for OpenClaw
    When the VPS is surveyed
    Then no login and no cloud credential is where OpenClaw's programs look

  @id:routes.credentials @smoke
  Scenario: Every stored credential is the AUTH_TOKEN, which is no provider's key
    When the VPS is surveyed
    Then each profile that OpenClaw has stored holds the AUTH_TOKEN
    And the AUTH_TOKEN has no provider's key format

  @id:routes.others @smoke
  Scenario: No other OpenClaw runs on the VPS
    When the VPS is surveyed
    Then no other container and no other process of OpenClaw is found
