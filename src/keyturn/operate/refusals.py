"""AWS's refusals, and the SDK's complaints, in words for people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from botocore import exceptions as sdk

from keyturn.problem import Misuse, Problem

NO_CREDENTIALS = (
    sdk.NoCredentialsError,
    sdk.PartialCredentialsError,
    sdk.CredentialRetrievalError,
    sdk.SSOError,
    sdk.TokenRetrievalError,
)
NO_ANSWER = (sdk.ReadTimeoutError, sdk.ConnectionClosedError)
NOT_ACCEPTED = frozenset(
    {
        "AuthFailure",
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
DENIED = frozenset({"AccessDenied", "AccessDeniedException"})


@contextmanager
def refusals() -> Iterator[None]:
    """
    What AWS and the SDK raise inside becomes a `Problem`.

    Raises:
        Misuse: There are no credentials, no region or no such profile, or AWS does not accept the credentials.
        Problem: AWS refused a call, or gave no answer.
    """
    try:
        yield
    except sdk.ClientError as error:
        raise _refused(error) from None
    except NO_CREDENTIALS as error:
        raise Misuse(
            f"no AWS credentials: {_line(error)}", hint="configure them as for the AWS CLI, or name a --profile"
        ) from None
    except sdk.ProfileNotFound as error:
        raise Misuse(_line(error), hint="`aws configure list-profiles` names those there are") from None
    except sdk.NoRegionError:
        raise Misuse("no region to look in", hint="--region names it, or AWS_REGION, or the secret's ARN") from None
    except NO_ANSWER as error:
        raise Problem(f"AWS gave no answer in time: {_line(error)}", hint="it may have done it all the same") from None
    except (sdk.ConnectionError, sdk.HTTPClientError) as error:
        raise Problem(f"AWS cannot be reached: {_line(error)}") from None
    except sdk.BotoCoreError as error:
        raise Misuse(_line(error)) from None


def _refused(error: sdk.ClientError) -> Problem:
    code, said = code_of(error), " ".join(str(error.response.get("Error", {}).get("Message", "")).split())
    if code in NOT_ACCEPTED:
        return Misuse(f"AWS does not accept these credentials: {code}: {said}")
    if code in DENIED:
        return Problem(
            f"AWS denies {error.operation_name}: {said}", hint="docs/operating.md has what an operator must be allowed"
        )
    return Problem(f"AWS refused {error.operation_name}: {code}: {said}")


def code_of(error: sdk.ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", "unknown"))


def _line(error: Exception) -> str:
    text = " ".join(str(error).split()).rstrip(".")
    return text[:1].lower() + text[1:]
