Feature: The AI Gateway's log is complete
  Cloudflare's analytics counts requests that the log has no record of: when logging was off, the log
  was full, or records were deleted. A request that was counted did go through the AI Gateway, but
  what it was can no longer be verified.

  @id:completeness.log @nightly
  Scenario: Cloudflare's analytics counts no request that the AI Gateway's log lacks
    When Cloudflare's analytics of the last hours is compared with the AI Gateway's log
    Then analytics has counted every record of the log
    And the log has a record of every request that was counted
