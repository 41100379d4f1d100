"""Makes all checks: `checks.py DEV_JSON [RESULTS]`."""

import json
import sys

import support

# In this order: what breaks the gateway off comes last.
import payments  # noqa: F401
import holds  # noqa: F401
import refunds  # noqa: F401
import customers  # noqa: F401
import lists  # noqa: F401
import search  # noqa: F401
import balances  # noqa: F401
import errors  # noqa: F401
import keys  # noqa: F401
import idempotency  # noqa: F401
import races  # noqa: F401
import webhooks  # noqa: F401
import limits  # noqa: F401
import crashes  # noqa: F401

results = support.run_all()
failed = sum(result["problem"] is not None for result in results)
print(f"{len(results)} checks, {failed} did not hold")
if len(sys.argv) > 2:
    with open(sys.argv[2], "w") as file:
        json.dump(results, file)
else:
    sys.exit(failed > 0)
