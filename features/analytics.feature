Feature: LLM requests go through the AI Gateway
  Every request that OpenClaw sends to a provider is recorded by the AI Gateway.
  A request that was answered but not recorded went straight to the provider, out of the operator's
  control. Another request's record of the same minute proves nothing.

  @id:arrival @smoke
  Scenario Outline: A message through the gateway to <provider> is recorded by the AI Gateway
    When a message with a fresh nonce is sent through the gateway to a model of <provider>
    Then the AI Gateway has a record that carries the nonce
    And the record is of a successful request

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |

  @id:arrival.direct @smoke
  Scenario Outline: A request to <provider> straight to the Worker is recorded by the AI Gateway
    When a request with a fresh nonce is sent straight to the Worker for <provider>
    Then the Worker answers it through the AI Gateway
    And the AI Gateway has a record of it that is a success

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |

  @id:arrival.as-openclaw @smoke
  Scenario Outline: Requests to <provider> sent to the Worker as OpenClaw sends them are recorded by the AI Gateway
    When requests with fresh nonces are sent to the Worker for <provider> as OpenClaw sends them
    Then the Worker answers all of them through the AI Gateway
    And the AI Gateway has a record of each that is a success

    @anthropic
    Examples: Anthropic
      | provider  |
      | Anthropic |

    @openai
    Examples: OpenAI
      | provider |
      | OpenAI   |
