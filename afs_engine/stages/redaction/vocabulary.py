"""The words that the rules go by. Data only: no rule and no regex lives here."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# What stands where a value should: none of it is a secret.
PLACEHOLDER_WORDS = _words(
    """
    a access actual admin an any api apikey auth bar basic baz bearer bool bytes change changeme config
    default demo dummy empty enter env example fake false field file foo get goes here hidden input
    insert int invalid is it key masked me missing my name never new nil no none not null old optional
    output pass passwd password placeholder prompt real redacted removed replace required sample secret
    set settings some stdin str string tbd test testing text that the this todo token true type
    undefined unset user username value var variable wrong yes your postgres guest
    """
)
# Names whose value is a password whatever it looks like.
PASSWORD_WORDS = _words(
    """
    kennwort pass passcode passphrase passwd password passwort psk psw pw pwd
    """
)
# Words behind a secret's name that leave it one, as in `API_KEY_PROD`.
TRAILING_WORDS = _words(
    """
    b backup base current default dev development enc env hex live local main new old plain plaintext
    primary prod production raw secondary stage staging str string test text val value
    """
)
# Words that make the `key` behind them a secret.
KEY_QUALIFIERS = _words(
    """
    access account activation admin aes anon api app application auth authentication authorization
    bearer bot cipher client consumer cookie crypto decryption deploy dev developer django encrypt
    encryption event fernet flask function functions hmac host ingest ingestion integration jwt licence
    license management master oauth org partner personal private product project publishable read
    restricted role root rpc rsa salt sas secret security seed server service session shared sign
    signing ssh storage subscription team user wallet webhook write
    """
)
# Words that make the `token` behind them a part of a text, not a secret.
TOKEN_OPPOSITES = _words(
    """
    begin bos cls completion count end eos image input mask max min next num output pad per prompt sep
    special start stop sub text total type unk vocab word
    """
)
# Words that make the `key` behind them a lookup key, a door key or a keyboard key.
KEY_OPPOSITES = _words(
    """
    alt any arrow big boss cache chest column config content control cookie ctrl dedup dict door down
    dungeon enter escape etag field fingerprint foreign group hash hot idempotency index item json
    keyboard left lookup map md meta node object order partition press primary pub public query registry
    return right route row sha shift shortcut small sort state tab socket translation up version
    """
)
# Providers, as they are written in variable names.
VENDORS = _words(
    """
    ai21 alchemy algolia amplitude anthropic anyscale artifactory asana assemblyai aws azure binance
    bing bitbucket cf circleci claude clearml cloudflare cloudinary co codecov cohere coinbase comet
    consul dashscope databricks datadog dd deepgram deepseek digitalocean discord docker doppler drone
    dropbox elevenlabs etherscan exa facebook fastly fb figma firebase fireworks gcp gemini gh github
    gitlab google grok groq heroku hetzner hf hubspot huggingface infura instagram intercom jenkins jina
    kaggle kraken lambda lastfm linear linkedin linode mailchimp mailgun mapbox maps mistral mixpanel
    modal moonshot neptune netlify newrelic newsapi nexus ngc ngrok nomad notion npm nvidia okta openai
    openrouter openweather openweathermap opsgenie ovh pagerduty paypal perplexity pinecone plaid
    postmark pypi qdrant qwen rapidapi razorpay reddit replicate runpod scaleway scw segment sendgrid
    sentry serpapi serper shopify slack snyk sonar spotify square stability stripe supabase tavily
    telegram tmdb together togetherai trello twilio twitter vast vastai vault vercel voyage vultr wandb
    wb weather weaviate weights xai zendesk zhipu zoom
    """
)
# What follows the last dot of a file or unit name, and is no top-level domain.
FILE_ENDINGS = _words(
    """
    asm bak bin cfg conf cpp css dll exe gif gz hpp htm html ico inc ini jpeg jpg js json jsonl jsx lock
    log mjs mount path png scope scss service sfc slice smc socket svg target tgz timer tmp toml ts tsx
    txt webp yaml yml zst
    """
)
# User names that belong to a role or a manual, not to a person.
ROLE_NAMES = _words(
    """
    admin administrator all app appuser azureuser bar build builder centos circleci coder codespace core
    debian default demo deploy docker ec2-user example fedora foo git gitlab-runner gitpod guest jenkins
    jovyan linuxbrew me myuser name nobody node opc pi public root runner runneradmin sandbox service
    shared someuser test tester testuser travis ubuntu user username users vagrant vscode www-data you
    your-name your_name yourname youruser
    """
)
# User names that are not looked for elsewhere, because folders are called so.
FOLDER_NAMES = _words(
    """
    api asm assets bin cache client code config core data desktop dev docs documents downloads etc game
    home lib local main model models opt project projects rom scripts server share src tests tmp tools
    var web work
    """
)
# What manuals write for the password in a URL.
DEFAULT_PASSWORDS = _words(
    """
    pass passwd password pwd secret token x-access-token x-oauth-basic
    """
)
# Ends of names written in one word that are a password, as in `dbpass`.
PASSWORD_ENDINGS = tuple(
    sorted(
        _words(
            """
            password passwd passphrase dbpass userpass rootpass dbpwd userpwd adminpwd
            """
        )
    )
)
# Ends of names written in one word that are a key, a token or a session, as in `myapikey`.
SECRET_ENDINGS = tuple(
    sorted(
        _words(
            """
            accesskey accesstoken accountkey apikey apisecret apitoken appkey appsecret authkey authtoken
            bottoken clientsecret credential credentials encryptionkey idtoken jsessionid masterkey
            phpsessid privatekey refreshtoken secretkey sessiontoken sharedaccesskey sharedkey signingkey
            usertoken
            """
        )
    )
)
# Length of an IBAN by country, from the SWIFT registry.
IBAN_LENGTHS = {
    entry[:2]: int(entry[2:])
    for entry in _words(
        """
        AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29
        ES24 FI18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20
        LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25
        QA29 RO24 RS22 SA24 SC31 SE24 SI19 SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20
        """
    )
}
