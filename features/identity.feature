Feature: The verified deployment is told from any other
  What is verified is one image and one configuration, each known by its digest.
  Without the digests, nobody can say later whether what runs is still what was verified.

  @id:identity.digests @acceptance
  Scenario: The deployment is known by the digests of its image and its configuration
    When the VPS is surveyed
    Then the image of the gateway's container has a digest
    And the deployment's configuration has a digest
