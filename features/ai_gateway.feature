Feature: The AI Gateway shows every request, to its owner only
  Its settings decide whether a request is recorded, and whether it gets through at all.
  They are changed with a click in the dashboard, and nothing else tells when one is wrong.

  @id:ai-gateway @smoke
  Scenario Outline: The AI Gateway <behaves>
    When the AI Gateway's settings are read
    Then the AI Gateway <behaves>

    Examples:
      | behaves                    |
      | collects logs              |
      | requires authentication    |
      | caches no answers          |
      | has room for more logs     |

  @id:ai-gateway.api-token @nightly
  Scenario: The suite's Cloudflare token reads only what it needs
    When the suite's Cloudflare token is inspected
    Then it is shown nothing but the AI Gateway, and no permission to write
