Feature: Every route that OpenClaw could take is known
  Whatever OpenClaw is configured to use, and whatever it or a user might choose, leads to the Worker.
  One recorded message proves one route: a fallback, a second agent, a login or a second container
  that bypasses the Worker discloses prompts and the AUTH_TOKEN, and leaves no record.

  @id:routes.configuration @smoke
  Scenario: The configuration that was read is the running container's
    When the VPS is surveyed
    Then OpenClaw's configuration was read from the path that its container uses
    And all models and credentials that OpenClaw has stored were read
    And the gateway runs with the openclaw.json that was read
    And the container does not override the address of the Worker's host name

  @id:routes.configured @smoke
  Scenario: No configured route bypasses the Worker
    When the VPS is surveyed
    Then everything that OpenClaw is configured to use goes through the Worker

  @id:routes.possible @smoke
  Scenario: No other available route reaches a provider with a real key
    When the VPS is surveyed
    Then nothing else that OpenClaw could use bypasses the Worker with its own credential

  @id:routes.at-worker @smoke
  Scenario: Every route to the Worker goes through the AI Gateway, or ends at the Worker
    When the VPS is surveyed
    And each further path of the Worker that OpenClaw's configuration leads to is requested
    Then every answer is made by the AI Gateway, or is the Worker's 404

  @id:routes.understood @smoke
  Scenario: Every model and address in OpenClaw's configuration is understood
    When the VPS is surveyed
    Then no model or address is in an unknown place

  @id:routes.logins @smoke
  Scenario: No provider login is stored for OpenClaw
    When the VPS is surveyed
    Then no login or cloud credential is where OpenClaw's programs look for one

  @id:routes.credentials @smoke
  Scenario: Every stored credential is the AUTH_TOKEN, which is not a provider key
    When the VPS is surveyed
    Then every profile that OpenClaw has stored holds the AUTH_TOKEN
    And the AUTH_TOKEN does not have the format of a provider key

  @id:routes.others @smoke
  Scenario: No other OpenClaw instance runs on the VPS
    When the VPS is surveyed
    Then no other OpenClaw container or process is found
