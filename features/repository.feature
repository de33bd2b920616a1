@repository
Feature: The repository describes the deployment as the plan has it
  Each of the plan's eight changes to the deployment's repository has been made.
  A place that still asks for a real provider key leads the next deploy to put it on the VPS again.

  @id:repository.config @nightly @config
  Scenario: The config file names the Worker and no provider's key
    Given the reader finds every made-up place that it is given
    When the config file is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the Worker's address and token are set

  @id:repository.config-example @nightly
  Scenario: The config example asks for the Worker and for no provider's key
    Given the reader finds every made-up place that it is given
    When the config example is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the Worker's address and token are to be set

  @id:repository.playbook-04 @nightly
  Scenario: Playbook 04 gives the VPS the Worker's token for every provider
    Given the reader finds every made-up place that it is given
    When playbook 04 is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the Worker's address and token are among the variables
    And it says: the VPS's .env gets the Worker's address and token
    And it says: the container gets the token as every provider's key

  @id:repository.requirements @nightly
  Scenario: REQUIREMENTS.md has the Worker's token as every provider's key
    Given the reader finds every made-up place that it is given
    When REQUIREMENTS.md is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: every provider's key is the AUTH_TOKEN
    And it says: the Worker's address and token are in the list of .env

  @id:repository.claude @nightly
  Scenario: CLAUDE.md requires the Worker's address and token
    Given the reader finds every made-up place that it is given
    When CLAUDE.md is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the Worker's address and token are among what is required
    And it says: the Worker's address and token are checked before a deploy

  @id:repository.playbook-08 @nightly
  Scenario: Playbook 08 keeps every provider's real key off the VPS
    Given the reader finds every made-up place that it is given
    When playbook 08 is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: every provider's key is the AUTH_TOKEN
    And it says: Anthropic's and OpenAI's base URLs are the Worker's
    And it says: no real key is on the VPS

  @id:repository.readme @nightly
  Scenario: README.md asks for the Worker and for no provider's key
    Given the reader finds every made-up place that it is given
    When README.md is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the AI Gateway Worker is a requirement
    And it says: the Worker's address and token are needed
    And it says: the real keys are the Worker's secrets
    And it says: no real key is on the VPS

  @id:repository.todo @nightly
  Scenario: TODO.md has a test of every provider's routing
    Given the reader finds every made-up place that it is given
    When TODO.md is read
    Then it holds no provider's key
    And nothing in it asks for a provider's key or hands one to the VPS
    And it says: the routing of all providers is tested
