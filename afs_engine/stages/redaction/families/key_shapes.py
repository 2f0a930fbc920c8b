"""The prefixes that providers put before their keys, and what follows them.

A table only: kind, prefixes, alphabet of the body, shortest body, and the usual body length where
it is fixed. Shapes are those the providers document or their tokens show; lengths are kept
generous below, so that a new generation of a key is still found.
"""

from dataclasses import dataclass

WORD = "[A-Za-z0-9]"
LOWER = "[a-z0-9]"
UPPER = "[A-Z0-9]"
HEX = "[0-9a-f]"
URL_SAFE = "[A-Za-z0-9_-]"
DOTTED = "[A-Za-z0-9_.=-]"
BASE64 = "[A-Za-z0-9+/=_-]"


@dataclass(frozen=True, slots=True)
class KeyShape:
    """One provider's key. `usual` is the body's fixed length, 0 where it varies."""

    kind: str
    prefixes: tuple[str, ...]
    alphabet: str
    shortest: int
    usual: int = 0
    placeholder: str = "API_KEY"


def _shape(
    kind: str, prefixes: str, alphabet: str, shortest: int, usual: int = 0, placeholder: str = "API_KEY"
) -> KeyShape:
    return KeyShape(kind, tuple(prefixes.split()), alphabet, shortest, usual, placeholder)


MODEL_PROVIDERS = (
    _shape("anthropic_key", "sk-ant-", URL_SAFE, 16),
    _shape("openrouter_key", "sk-or-", URL_SAFE, 20),
    _shape("langfuse_key", "sk-lf- pk-lf-", URL_SAFE, 20),
    _shape("openai_key", "sk-proj- sk-svcacct- sk-admin- sk-None-", URL_SAFE, 16),
    _shape("openai_key", "sk- sess-", URL_SAFE, 20),
    _shape("google_api_key", "AIza", URL_SAFE, 30, 35),
    _shape("google_oauth_token", "ya29.", DOTTED, 20, placeholder="TOKEN"),
    _shape("google_oauth_secret", "GOCSPX-", URL_SAFE, 20, 28, placeholder="SECRET"),
    _shape("google_refresh_token", "1//0", URL_SAFE, 30, placeholder="TOKEN"),
    _shape("huggingface_token", "hf_ api_org_", WORD, 20, 34, placeholder="TOKEN"),
    _shape("replicate_token", "r8_", WORD, 20, 37, placeholder="TOKEN"),
    _shape("groq_key", "gsk_", WORD, 20, 52),
    _shape("xai_key", "xai-", URL_SAFE, 20, 80),
    _shape("perplexity_key", "pplx-", WORD, 20),
    _shape("nvidia_key", "nvapi-", URL_SAFE, 20),
    _shape("cerebras_key", "csk-", WORD, 20),
    _shape("fireworks_key", "fw_", WORD, 20),
    _shape("anyscale_key", "esecret_", WORD, 20),
    _shape("voyage_key", "pa-", URL_SAFE, 32),
    _shape("jina_key", "jina_", URL_SAFE, 24),
    _shape("pinecone_key", "pcsk_", URL_SAFE, 24),
    _shape("tavily_key", "tvly-", URL_SAFE, 16),
    _shape("firecrawl_key", "fc-", HEX, 32, 32),
    _shape("llama_cloud_key", "llx-", URL_SAFE, 20),
    _shape("langsmith_key", "lsv2_pt_ lsv2_sk_ ls__", URL_SAFE, 20),
    _shape("wandb_key", "wandb_v1_", URL_SAFE, 20),
    _shape("runpod_key", "rpa_", WORD, 24),
    _shape("elevenlabs_key", "sk_", HEX, 40, 48),
    _shape("brave_search_key", "BSA", URL_SAFE, 24),
    _shape("together_key", "tgp_v1_", URL_SAFE, 30),
    _shape("google_api_key", "AQ.Ab", URL_SAFE, 30),
    _shape("cursor_key", "key_", HEX, 64, 64),
    _shape("e2b_key", "e2b_", HEX, 32, 40),
    _shape("modal_token", "ak- as-", WORD, 22, 22, placeholder="TOKEN"),
)

CLOUDS = (
    _shape("aws_bedrock_key", "ABSK", "[A-Za-z0-9+/=]", 100),
    _shape("aws_access_key_id", "AKIA ASIA ABIA ACCA", UPPER, 16, 16),
    _shape("digitalocean_token", "dop_v1_ doo_v1_ dor_v1_", HEX, 40, 64, placeholder="TOKEN"),
    _shape("databricks_token", "dapi", HEX, 32, 32, placeholder="TOKEN"),
    _shape("vault_token", "hvs. hvb. hvr. b.AAAAAQ", URL_SAFE, 20, placeholder="TOKEN"),
    _shape(
        "doppler_token", "dp.pt. dp.st. dp.ct. dp.sa. dp.scim. dp.audit.", DOTTED, 30, placeholder="TOKEN"
    ),
    _shape("heroku_key", "HRKU-", URL_SAFE, 30),
    _shape("alibaba_key_id", "LTAI", WORD, 16),
    _shape("tencent_key_id", "AKID", WORD, 32, 32),
    _shape("yandex_key", "AQVN", URL_SAFE, 30),
    _shape("supabase_key", "sbp_ sb_secret_", URL_SAFE, 20),
    _shape("netlify_token", "nfp_", WORD, 24, placeholder="TOKEN"),
    _shape("render_key", "rnd_", WORD, 24),
    _shape("fly_token", "fo1_ fm2_ fm1r_ fm1a_", BASE64, 30, placeholder="TOKEN"),
    _shape("neon_key", "napi_", WORD, 30),
    _shape("planetscale_token", "pscale_tkn_ pscale_pw_ pscale_oauth_", DOTTED, 24, placeholder="TOKEN"),
    _shape("terraform_token", "tfe.v1. atlasv1.", DOTTED, 40, placeholder="TOKEN"),
    _shape("pulumi_token", "pul-", HEX, 40, 40, placeholder="TOKEN"),
    _shape("scaleway_key", "SCW", UPPER, 17, 17),
    _shape("tailscale_key", "tskey-auth- tskey-api- tskey-client- tskey-scim- tskey-webhook-", URL_SAFE, 16),
    _shape("azure_devops_token", "AZDO", WORD, 40, placeholder="TOKEN"),
    _shape("vercel_token", "vcp_ vci_ vca_ vcr_ vck_", WORD, 24, placeholder="TOKEN"),
    _shape("vercel_token", "vercel_blob_rw_", "[A-Za-z0-9_]", 30, placeholder="TOKEN"),
    _shape("openshift_token", "sha256~", URL_SAFE, 43, 43, placeholder="TOKEN"),
    _shape("scalingo_token", "tk-us-", URL_SAFE, 48, 48, placeholder="TOKEN"),
    _shape("defined_token", "dnkey-", URL_SAFE, 40, placeholder="TOKEN"),
    _shape("ngrok_key", "ak_2", WORD, 26),
    _shape("cloudflare_token", "cfut_ cfat_ cfk_", WORD, 40, placeholder="TOKEN"),
)

# "-----BEGIN PRIVATE KEY", and the same with RSA, EC, OPENSSH and ENCRYPTED, as kubeconfigs carry it.
_PEM_IN_BASE64 = (
    "LS0tLS1CRUdJTiBQUklWQVRFIEtFW LS0tLS1CRUdJTiBSU0EgUFJJVkFURSBLRVkt LS0tLS1CRUdJTiBFQyBQUklWQVRFIEtFW"
    " LS0tLS1CRUdJTiBPUEVOU1NIIFBSSVZBVEUgS0VZ LS0tLS1CRUdJTiBFTkNSWVBURUQgUFJJVkFURSBLRVkt"
)
DEVELOPER_TOOLS = (
    _shape("github_token", "ghp_ gho_ ghu_ ghs_ ghr_", WORD, 30, 36, placeholder="TOKEN"),
    _shape("github_token", "github_pat_", "[A-Za-z0-9_]", 36, 82, placeholder="TOKEN"),
    _shape(
        "gitlab_token",
        "glpat- gldt- glrt- glcbt- glptt- glft- glsoat- gloas- glimt- glagent- glffct- glwt-",
        DOTTED,
        18,
        placeholder="TOKEN",
    ),
    _shape("gitlab_token", "GR1348941", URL_SAFE, 20, placeholder="TOKEN"),
    _shape("npm_token", "npm_", WORD, 30, 36, placeholder="TOKEN"),
    _shape("pypi_token", "pypi-", URL_SAFE, 40, placeholder="TOKEN"),
    _shape("rubygems_key", "rubygems_", HEX, 40, 48),
    _shape("crates_token", "cio", WORD, 32, 32, placeholder="TOKEN"),
    _shape("nuget_key", "oy2", LOWER, 43, 43),
    _shape("docker_token", "dckr_pat_ dckr_oat_", URL_SAFE, 20, placeholder="TOKEN"),
    _shape("atlassian_token", "ATATT3 ATCTT3", BASE64, 40, placeholder="TOKEN"),
    _shape("bitbucket_token", "ATBB", WORD, 28, placeholder="TOKEN"),
    _shape("linear_key", "lin_api_ lin_oauth_", WORD, 24),
    _shape("notion_key", "ntn_ secret_", WORD, 32),
    _shape("figma_token", "figd_ figo_ figoh_", URL_SAFE, 24, placeholder="TOKEN"),
    _shape("grafana_token", "glsa_ glc_", BASE64, 24, placeholder="TOKEN"),
    _shape("grafana_token", "eyJrIjoi", BASE64, 40, placeholder="TOKEN"),
    _shape("trello_token", "ATTA", "[0-9a-fA-F]", 64, placeholder="TOKEN"),
    _shape("sentry_token", "sntrys_ sntryu_", BASE64, 40, placeholder="TOKEN"),
    _shape("newrelic_key", "NRAK- NRII- NRAA- NRBR-", URL_SAFE, 20),
    _shape("dynatrace_token", "dt0c01. dt0s01.", DOTTED, 40, placeholder="TOKEN"),
    _shape("posthog_key", "phx_ phc_ phs_", WORD, 30),
    _shape("sourcegraph_token", "sgp_", "[A-Za-z0-9_]", 32, placeholder="TOKEN"),
    _shape("sonar_token", "sqp_ sqa_ squ_", HEX, 40, 40, placeholder="TOKEN"),
    _shape("postman_key", "PMAK-", URL_SAFE, 40),
    _shape("prefect_key", "pnu_ pnb_", WORD, 30),
    _shape("circleci_token", "CCIPAT_ CCIPRJ_", URL_SAFE, 24, placeholder="TOKEN"),
    _shape("buildkite_token", "bkua_ bkct_", WORD, 30, placeholder="TOKEN"),
    _shape("contentful_token", "CFPAT-", URL_SAFE, 30, placeholder="TOKEN"),
    _shape("onepassword_token", "ops_eyJ", BASE64, 40, placeholder="TOKEN"),
    _shape("artifactory_key", "AKCp cmVmdGtu", WORD, 50),
    _shape("clojars_token", "CLOJARS_", HEX, 50, 60, placeholder="TOKEN"),
    _shape("snyk_token", "snyk_uat. snyk_sat.", DOTTED, 24, placeholder="TOKEN"),
    _shape("octopus_key", "API-", UPPER, 25, 26),
    _shape("infracost_key", "ico-", WORD, 32, 32),
    _shape("readme_key", "rdme_", LOWER, 40, 70),
    _shape("settlemint_token", "sm_pat_ sm_aat_ sm_sat_", WORD, 16, placeholder="TOKEN"),
    _shape("launchdarkly_key", "sdk- api-", "[0-9a-f-]", 36, 36),
    _shape("private_key", _PEM_IN_BASE64, BASE64, 60, placeholder="PRIVATE_KEY"),
    _shape("age_secret_key", "AGE-SECRET-KEY-1 AGE-PLUGIN-", "[A-Z0-9-]", 40, 58, placeholder="PRIVATE_KEY"),
)

COMMERCE_AND_MESSAGES = (
    _shape(
        "slack_token",
        "xoxb- xoxp- xoxa- xoxr- xoxs- xoxe- xoxc- xoxd- xoxo- xoxe.xoxp- xoxe.xoxb-",
        "[A-Za-z0-9%.-]",
        16,
        placeholder="TOKEN",
    ),
    _shape("slack_token", "xapp-", URL_SAFE, 20, placeholder="TOKEN"),
    _shape("stripe_key", "sk_live_ rk_live_ pk_live_ sk_test_ rk_test_ pk_test_ sk_prod_ rk_prod_", WORD, 16),
    _shape("stripe_webhook_secret", "whsec_", BASE64, 24, placeholder="SECRET"),
    _shape("sendgrid_key", "SG.", DOTTED, 40, 66),
    _shape("brevo_key", "xkeysib- xsmtpsib-", URL_SAFE, 40),
    _shape("resend_key", "re_", "[A-Za-z0-9_]", 24),
    _shape("typeform_token", "tfp_", DOTTED, 40, placeholder="TOKEN"),
    _shape("shopify_token", "shpat_ shpca_ shppa_ shpss_ shptka_", WORD, 32, 32, placeholder="TOKEN"),
    _shape("square_token", "sq0atp- sq0csp- sq0idp-", URL_SAFE, 22, placeholder="TOKEN"),
    _shape("square_token", "EAAA", URL_SAFE, 56, placeholder="TOKEN"),
    _shape("facebook_token", "EAAC EAAB EAAG EAAD EAAE", WORD, 60, placeholder="TOKEN"),
    _shape(
        "paypal_token",
        "access_token$production$ access_token$sandbox$",
        "[A-Za-z0-9$]",
        30,
        placeholder="TOKEN",
    ),
    _shape(
        "plaid_token",
        "access-production- access-development- access-sandbox-",
        URL_SAFE,
        30,
        placeholder="TOKEN",
    ),
    _shape("razorpay_key", "rzp_live_ rzp_test_", WORD, 14),
    _shape("flutterwave_key", "FLWSECK- FLWSECK_TEST-", URL_SAFE, 12),
    _shape("easypost_key", "EZAK EZTK", WORD, 50),
    _shape("airtable_token", "pat", DOTTED, 72, 79, placeholder="TOKEN"),
    _shape("dropbox_token", "sl.", URL_SAFE, 100, placeholder="TOKEN"),
    _shape("hubspot_token", "pat-na1- pat-na2- pat-eu1- pat-ap1-", "[0-9a-f-]", 36, 36, placeholder="TOKEN"),
    _shape("intercom_token", "dG9rOj", BASE64, 40, placeholder="TOKEN"),
    _shape("instagram_token", "IGQV IGAA", URL_SAFE, 60, placeholder="TOKEN"),
    _shape("shippo_token", "shippo_live_ shippo_test_", HEX, 40, 40, placeholder="TOKEN"),
    _shape("duffel_token", "duffel_live_ duffel_test_", URL_SAFE, 30, placeholder="TOKEN"),
    _shape("frameio_token", "fio-u-", URL_SAFE, 40, placeholder="TOKEN"),
    _shape("adafruit_key", "aio_", WORD, 28, 28),
    _shape("twitch_token", "oauth:", LOWER, 30, 30, placeholder="TOKEN"),
)

KEY_SHAPES = MODEL_PROVIDERS + CLOUDS + DEVELOPER_TOOLS + COMMERCE_AND_MESSAGES
