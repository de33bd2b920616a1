@repository @plans-layout
Feature: The repository describes the deployment as the plan does
  Each of the plan's eight changes to the deployment's repository has been made.
  Where a file still asks for a real provider key, the next deploy puts one on the VPS again.

  Background:
    Given the reader has found every planted passage

  @id:repository.config @nightly @config
  Scenario: The config file names the Worker and holds no provider key
    When the config file is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the Worker's address and token are set

  @id:repository.config-example @nightly
  Scenario: The config example asks for the Worker's settings and for no provider key
    When the config example is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the Worker's address and token are to be set

  @id:repository.playbook-04 @nightly
  Scenario: Playbook 04 gives the VPS the Worker's token for every provider
    When playbook 04 is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the Worker's address and token are among the variables
    And it says: the VPS's .env gets the Worker's address and token
    And it says: the container gets the token as every provider's key

  @id:repository.requirements @nightly
  Scenario: REQUIREMENTS.md gives every provider the Worker's token as its key
    When REQUIREMENTS.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: every provider's key is the AUTH_TOKEN
    And it says: the Worker's address and token are listed for .env

  @id:repository.claude @nightly
  Scenario: CLAUDE.md requires the Worker's address and token
    When CLAUDE.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the Worker's address and token are among the requirements
    And it says: the Worker's address and token are checked before a deploy

  @id:repository.playbook-08 @nightly
  Scenario: Playbook 08 keeps every provider's real key off the VPS
    When playbook 08 is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: every provider's key is the AUTH_TOKEN
    And it says: Anthropic's and OpenAI's base URLs are the Worker's
    And it says: no real key is on the VPS

  @id:repository.readme @nightly
  Scenario: README.md asks for the Worker's settings and for no provider key
    When README.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the AI Gateway Worker is a requirement
    And it says: the Worker's address and token are needed
    And it says: the real keys are the Worker's secrets
    And it says: no real key is on the VPS

  @id:repository.todo @nightly
  Scenario: TODO.md lists a test of every provider's routing
    When TODO.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the routing of all providers is tested
