Feature: The Worker keeps its contract
  The Worker serves only clients that hold its AUTH_TOKEN, and only the providers that it handles.
  An open Worker lets strangers spend on the operator's real keys; one that passes on what it does
  not handle is a way around the AI Gateway. These requests cost nothing, so every run sends them.

  @id:worker.health @smoke
  Scenario: The Worker answers its health check without credentials
    When the Worker's health is asked without credentials
    Then the Worker answers that it is healthy

  @id:worker.refuses @smoke
  Scenario Outline: The Worker rejects requests <credentials>
    When the Worker is asked <credentials> for handled, unhandled and unknown paths
    Then the Worker rejects each request before it looks at the path

    Examples:
      | credentials         |
      | without credentials |
      | with a wrong token  |

  @id:worker.unhandled @smoke
  Scenario Outline: A request for <provider> ends at the Worker
    When the Worker is asked for <provider> with its AUTH_TOKEN
    Then the Worker answers that there is no such path

    Examples: providers that it does not handle
      | provider   |
      | Google     |
      | xAI        |
      | Groq       |
      | Cerebras   |
      | Mistral    |
      | OpenRouter |

  @id:worker.leaks @smoke
  Scenario: No answer of the Worker holds a provider key, its AUTH_TOKEN or a stack trace
    Given the search of answers has found everything that was planted
    When the Worker has answered authorised, unauthorised and malformed requests
    Then no answer holds a provider key, the AUTH_TOKEN or a stack trace

  @id:worker.own-pages @smoke
  Scenario Outline: The Worker's own pages show no key and no users <credentials>
    Given the search of the Worker's own pages has found everything that was planted
    When the Worker's own pages are requested <credentials>
    Then no page shows a provider key, part of one, or the Worker's users

    Examples:
      | credentials         |
      | without credentials |
      | with a wrong token  |

  @id:worker.own-token @smoke
  Scenario: The AUTH_TOKEN reads no whole provider key and administers no users
    Given the search of the Worker's own pages has found everything that was planted
    When the Worker's own pages are requested with the AUTH_TOKEN
    Then no page shows a whole provider key or the Worker's users

  @id:worker.https @smoke
  Scenario: The Worker is served over https only
    When the Worker is asked over https and over plain http
    Then the Worker's certificate is valid and plain http is not served
