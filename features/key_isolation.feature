Feature: No provider key is on the VPS
  The real provider keys live on the Worker only; the VPS holds the Worker's AUTH_TOKEN. Its token
  files are .env in the plan's layout, and docker-compose.yml, stack.env and stack.json in upstream's
  stack of claws, with their copies.
  A key that remains on the VPS can be stolen there, and lets requests bypass the AI Gateway.

  Background:
    Given the survey has found every planted canary

  @id:env.worker @smoke
  Scenario: The VPS's token files name the Worker and its AUTH_TOKEN
    When the VPS is surveyed
    Then AI_GATEWAY_WORKER_URL in the token files is the Worker's address
    And AI_GATEWAY_AUTH_TOKEN in the token files is the Worker's AUTH_TOKEN

  @id:key.env @smoke
  Scenario: The VPS's token files hold no provider key
    When the VPS is surveyed
    Then the token files hold no provider key

  @id:env.mode @smoke
  Scenario: The VPS's token files are readable by their owner only
    When the VPS is surveyed
    Then the token files are readable by their owner only

  @id:key.container @smoke
  Scenario: The gateway's container holds no provider key
    When the VPS is surveyed
    Then the container's environment holds no provider key

  @id:key.place
  Scenario Outline: No provider key is in <place>
    When the VPS is surveyed
    Then no provider key is in <place>
    And all of <place> has been read

    @smoke
    Examples: what runs
      | place                   |
      | the compose files       |
      | the gateway's processes |

    @smoke @places
    Examples: what the operator names
      | place              |
      | the further places |

    @nightly
    Examples: where keys stay
      | place                            |
      | OpenClaw's state                 |
      | OpenClaw's databases             |
      | the backups                      |
      | the users' histories             |
      | cron and systemd units           |
      | editor leftovers                 |
      | the system's environment files   |
      | Docker's configuration and logs  |

    @acceptance
    Examples: the rest
      | place           |
      | everything else |
