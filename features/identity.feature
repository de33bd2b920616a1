Feature: The verified deployment is identified by its digests
  What is verified is one image and one configuration, each identified by its digest.
  Without the digests, nobody can tell later whether what is running is still what was verified.

  @id:identity.digests @acceptance
  Scenario: The deployment is identified by the digests of its image and its configuration
    When the VPS is surveyed
    Then the image of the gateway's container has a digest
    And the deployment's configuration has a digest
