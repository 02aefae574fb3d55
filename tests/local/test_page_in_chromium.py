"""The status page in a real Chromium: it follows what happens, shows names as text, and moves the clock."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from selenium.webdriver import Chrome, ChromeOptions
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By

from clouds import MakeFunction
from keyturn.local.cloud import Cloud
from processes import eventually

BROWSER, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
ALONE = ("disable-background-networking", "disable-component-update", "disable-gpu", "disable-quic", "disable-sync")

pytestmark = pytest.mark.skipif(not (BROWSER and DRIVER), reason="needs chromium and chromium-driver")


@pytest.fixture
def browser(cloud: Cloud, tmp_path: Path) -> Iterator[Chrome]:
    """A browser that shows the page."""
    options = ChromeOptions()
    options.binary_location = BROWSER or ""
    for switch in ("headless", "no-first-run", "no-sandbox", f"user-data-dir={tmp_path / 'profile'}", *ALONE):
        options.add_argument(f"--{switch}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = Chrome(options, Service(DRIVER))
    try:
        driver.get(cloud.page)
        yield driver
        complaints = [entry for entry in driver.get_log("browser") if entry["source"] != "network"]
        assert complaints == [], "neither of the script nor of what the content security policy forbids"
    finally:
        driver.quit()


def state(browser: Chrome) -> str | None:
    return browser.find_element(By.TAG_NAME, "body").get_attribute("data-state")


def shown(browser: Chrome, section: str) -> str:
    return browser.find_element(By.ID, section).text


def test_it_follows_what_happens(cloud: Cloud, browser: Chrome) -> None:
    assert eventually(lambda: state(browser) == "live")
    assert shown(browser, "secrets") == ""
    cloud.client("secretsmanager").create_secret(Name="word", SecretString="never to be seen")
    assert eventually(lambda: "word" in shown(browser, "secrets"))
    assert "AWSCURRENT" in shown(browser, "secrets")
    assert "secretsmanager:CreateSecret" in shown(browser, "recent")
    assert "never to be seen" not in browser.page_source


def test_the_endpoint_by_itself_leads_a_browser_there(cloud: Cloud, browser: Chrome) -> None:
    browser.get(cloud.endpoint)
    assert eventually(lambda: state(browser) == "live")
    assert cloud.client("s3").list_buckets()["Buckets"] == []


def test_a_refusal_is_told_with_its_reason(cloud: Cloud, browser: Chrome) -> None:
    with pytest.raises(ClientError):
        cloud.client("secretsmanager").get_secret_value(SecretId="none")
    assert eventually(lambda: "ResourceNotFoundException" in shown(browser, "refusals"))
    assert "can't find the specified secret" in shown(browser, "refusals")


def test_a_refusal_that_a_check_predicts_leads_to_its_page(cloud: Cloud, browser: Chrome) -> None:
    key = cloud.client("kms").create_key()["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError):
        cloud.client("logs").create_log_group(logGroupName="group", kmsKeyId=key)
    assert eventually(lambda: bool(browser.find_elements(By.CSS_SELECTOR, "#refusals a")))
    browser.find_element(By.CSS_SELECTOR, "#refusals a").click()
    assert eventually(lambda: "# kms-key-denies-logs" in browser.find_element(By.TAG_NAME, "body").text)


def test_rotations_are_shown_step_by_step(cloud: Cloud, browser: Chrome, make_function: MakeFunction) -> None:
    function = make_function("""
        def handler(event, context):
            if event["Step"] == "setSecret":
                raise RuntimeError("no database")
    """)
    cloud.client("lambda").add_permission(
        FunctionName=function,
        StatementId="all",
        Action="lambda:InvokeFunction",
        Principal="secretsmanager.amazonaws.com",
    )
    secrets = cloud.client("secretsmanager")
    secrets.create_secret(Name="word", SecretString="first")
    secrets.rotate_secret(SecretId="word", RotationLambdaARN=function, RotationRules={"AutomaticallyAfterDays": 30})
    assert eventually(lambda: "setSecret" in shown_as(browser, "bad"))
    assert "createSecret" in shown_as(browser, "good")
    assert "testSecret" not in shown_as(browser, "good") | shown_as(browser, "bad")
    assert browser.find_elements(By.CSS_SELECTOR, "#secrets .label") != []


def shown_as(browser: Chrome, kind: str) -> set[str]:
    """The steps and outcomes of rotations that are shown like this."""
    texts = "return [...document.querySelectorAll(arguments[0])].map((each) => each.textContent)"
    return {*browser.execute_script(texts, f"#rotations .{kind}")}


def test_names_are_shown_as_text(cloud: Cloud, browser: Chrome) -> None:
    markup = "<img src=x onerror=alert(1)>"
    with pytest.raises(ClientError):
        cloud.client("cloudformation").describe_stacks(StackName=markup)
    assert eventually(lambda: markup in shown(browser, "refusals"))
    assert browser.find_elements(By.CSS_SELECTOR, "main img") == []


def test_the_clock_is_moved(cloud: Cloud, browser: Chrome) -> None:
    before = cloud.clock.now()
    browser.find_element(By.CSS_SELECTOR, "#clock button[data-seconds='86400']").click()
    assert eventually(lambda: cloud.clock.now() - before >= timedelta(days=1))
    date = f"{before + timedelta(days=1):%Y-%m-%d}"
    assert eventually(lambda: browser.find_element(By.ID, "time").text.startswith(date))


def test_it_says_that_the_cloud_is_gone(cloud: Cloud, browser: Chrome) -> None:
    assert eventually(lambda: state(browser) == "live")
    cloud.stop()
    assert eventually(lambda: state(browser) == "gone")
    assert shown(browser, "told") == "the local AWS does not answer"
