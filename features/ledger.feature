Feature: Every answer that OpenClaw was given is recorded by the AI Gateway
  OpenClaw keeps a ledger of its models' answers, and the AI Gateway keeps one of its requests.
  An answer without a record bypassed the AI Gateway, whatever the configuration says today.
  The comparison needs no test message: it covers the deployment's real traffic.

  @id:ledger.read @nightly
  Scenario: OpenClaw's ledger of the last hours can be read
    When the answers in OpenClaw's ledger are collected
    Then the whole ledger was read

  @id:ledger.recorded @nightly
  Scenario: Every answer in OpenClaw's ledger has its record in the AI Gateway
    When OpenClaw's ledger is compared with the AI Gateway's log
    Then every answer has its record

  @id:ledger.log @nightly
  Scenario: OpenClaw's own log names no provider that it reaches past the Worker
    When the providers in OpenClaw's log of the last hours are collected
    Then requests to each of them go to the Worker
