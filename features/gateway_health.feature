Feature: The gateway is up
  The gateway answers its health check on the VPS, and the answer is the gateway's own.
  A web page or another program on the port would look healthy, but serve no agent.

  @id:gateway.health @smoke
  Scenario: The gateway answers its health check on the VPS
    When the gateway's health is asked on the VPS
    Then the gateway answers that it is healthy
