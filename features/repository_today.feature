@repository @todays-layout
Feature: Today's repository keeps real keys off the VPS
  Upstream's newest layout is built from .env and stack.yml. Where its files make the AI Gateway a
  choice, put a login on the VPS, or write the Cloudflare token there, whoever follows them gets it.

  Background:
    Given the reader has found every planted passage

  @id:repository.today.env-example @nightly
  Scenario: The .env example asks for the Worker's address and token and for no provider key
    When .env.example is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: the Worker's address and token have their variables

  @id:repository.today.stack-example @nightly
  Scenario: The stack example gives the claws the Worker's address and token
    When stack.yml.example is read
    Then it holds no provider key
    And it says: the stack's AI Gateway is the Worker's address and token

  @id:repository.today.compose @nightly
  Scenario: The compose template gives every claw the Worker's addresses
    When docker-compose.yml.hbs is read
    Then it holds no provider key
    And it says: each claw's keys and base URLs come from the build

  @id:repository.today.openclaw @nightly
  Scenario: openclaw.jsonc sends Anthropic's and OpenAI's requests to the Worker
    When openclaw.jsonc is read
    Then it holds no provider key
    And it says: Anthropic's and OpenAI's addresses are the container's base URLs

  @id:repository.today.claude @nightly
  Scenario: CLAUDE.md does not make the AI Gateway a choice
    When today's CLAUDE.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS

  @id:repository.today.workers @nightly
  Scenario: Playbook 01 keeps every provider's real key at the Worker
    When playbook 01 is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS

  @id:repository.today.readme @nightly
  Scenario: README.md says that no real key is on the VPS
    When today's README.md is read
    Then it holds no provider key
    And nothing in it asks for a provider key or puts one on the VPS
    And it says: no real key is on the VPS

  @id:repository.today.claude-subscription @nightly
  Scenario: The document on Claude subscriptions puts no login on the VPS
    When docs/CLAUDE-SUBSCRIPTION.md is read
    Then it holds no provider key
    And it says: no login is put on the VPS

  @id:repository.today.codex-subscription @nightly
  Scenario: The document on Codex subscriptions puts no login on the VPS
    When docs/CODEX-SUBSCRIPTION.md is read
    Then it holds no provider key
    And it says: no login is put on the VPS

  @id:repository.today.build @nightly
  Scenario: The build does not write the Cloudflare token to the VPS
    When build/pre-deploy.mjs is read
    Then it holds no provider key
    And it says: the Cloudflare token is not among what goes to the VPS
