"""What command lines and calls look like in which one part is a secret, form by form.

`--password x` and `NAME=x` belong to the assignments; here are the flags that only their command
explains (`mysql -pX`, `curl -u user:X`, `IDENTIFIED BY 'X'`) and calls that take a key by its place. Looks
at no text.
"""

import re
from dataclasses import dataclass, replace

# Up to the flag: the rest of the command, over continued lines too.
_ARGUMENTS = r"(?=[ \t])(?:[^\n|;]|\\\n){0,400}?[ \t]"
_VALUE = r"(?:\\{0,3}\"([^\"\n\\]{3,200})|\\{0,3}'([^'\n\\]{3,200})|([^\s\"'`\\<>|;&]{3,200}))"
_USER = r"\\{0,3}[\"']?[^\s:\"'$/\\]{1,64}"
_LOGIN = (
    r"(?:'[^'\n:]{1,64}:([^'\n]{3,200})'|\"[^\"\n:]{1,64}:([^\"\n]{3,200})\"|[\w.-]{1,64}:([^\s|]{3,200}))"
)
_READS_STDIN = r"(?:sudo[ \t]+-S|(?:docker|podman|helm|gh|az|kinit|cryptsetup|passwd|gpg|ssh-add)\b)"
_RANDOM = r"\b([0-9a-f]{32,64}|[A-Za-z0-9_-]{32,90})\b"
_ORACLE_LOGIN = r"[\w$#]{1,30}/([^\s@/\"'<>]{3,64})@"
_NAME = r"[\w-]{1,64}"
_ONE_ARGUMENT = r"[ \t]+\S{1,200}"
SEED_PHRASE = "seed_phrase"


@dataclass(frozen=True, slots=True)
class CommandShape:
    """`word` opens the form (linear syntax); in `pattern`, matched there, one group is the secret.

    Where `is_random`, only a value that looks so: the form is also one that people write about.
    """

    word: str
    pattern: re.Pattern[str]
    kind: str = "command_password"
    placeholder: str = "PASSWORD"
    is_random: bool = False


def _flag(commands: str, flag: str) -> CommandShape:
    """Commands whose `flag` is followed by a password."""
    return CommandShape(commands, re.compile(rf"(?i:{commands}){_ARGUMENTS}{flag}{_VALUE}"))


def _form(
    word: str, rest: str, kind: str = "command_password", placeholder: str = "PASSWORD"
) -> CommandShape:
    return CommandShape(word, re.compile(rf"(?i:{word}){rest}"), kind, placeholder)


def _random(
    word: str, rest: str, kind: str = "command_password", placeholder: str = "PASSWORD"
) -> CommandShape:
    """A form with nothing but its value's shape to tell it from a sentence."""
    return replace(_form(word, rest, kind, placeholder), is_random=True)


COMMAND_SHAPES = (
    _flag(r"sshpass", r"-p[ \t]*"),
    _flag(r"(?:mysql|mysqldump|mysqladmin|mariadb|mariadb-dump|mysqlimport|mycli)", r"-p"),
    _flag(r"(?:curl|wget|xh)", rf"(?:-[a-zA-Z]{{0,6}}u|--user|--proxy-user|-U|-a|--auth)[ =]?{_USER}:"),
    _flag(r"redis-cli", r"(?:-a|--pass)[ \t]+"),
    _flag(r"(?:docker|podman|buildah|skopeo|helm registry|oras|nerdctl|az|oc)(?: acr)? login", r"-p[ \t]*"),
    _flag(r"(?:mongo|mongosh|mongodump|mongorestore|sqlcmd|bcp|cqlsh|clickhouse-client)", r"-[pP][ \t]+"),
    _flag(r"(?:ldapsearch|ldapadd|ldapmodify|ldapwhoami|ldapdelete)", r"-w[ \t]*"),
    _flag(r"(?:smbclient|rpcclient|smbmap|mount\.cifs)", r"-U[ \t]*[\"']?[\w\\/.-]{1,64}%"),
    _flag(r"(?:mosquitto_pub|mosquitto_sub|ipmitool)", r"-P[ \t]*"),
    _flag(r"(?:twine|snowsql|cypher-shell|evil-winrm|crackmapexec|nxc)", r"-p[ \t]+"),
    _flag(r"(?:plink|pscp|psftp)", r"-pw[ \t]+"),
    _flag(r"(?:zip|unzip|zipinfo)", r"-P[ \t]*"),
    _flag(r"(?:7z|7za|7zz|rar|unrar)", r"-p"),
    _flag(
        r"(?:htpasswd|mosquitto_passwd)", r"-[a-zA-Z]{0,4}b[a-zA-Z]{0,4}[ \t]+\S{1,200}[ \t]+\S{1,64}[ \t]+"
    ),
    _flag(r"openssl enc", r"-k[ \t]+"),
    _flag(r"(?:xfreerdp3?|wlfreerdp|mstsc)", r"/p:"),
    _flag(r"lftp", r"-u[ \t]*[^\s,]{1,64},"),
    _form(r"(?:pass(?:in|out|wd)?)", rf"[ \t]+pass:{_VALUE}"),
    _form(
        r"identified",
        rf"[ \t]+(?i:(?:with[ \t]+\w+[ \t]+)?(?:by|as)(?:[ \t]+password)?)[ \t]+(?=\\?['\"]){_VALUE}",
    ),
    _form(
        r"(?:with|set|role|user)[ \t]+(?:\w+[ \t]+){0,3}(?:encrypted[ \t]+)?password",
        rf"[ \t]+(?=\\?['\"]){_VALUE}",
    ),
    _form(r"ConvertTo-SecureString", rf"(?:[ \t]+-String)?[ \t]+{_VALUE}"),
    _form(
        r"(?:echo|printf)",
        rf"(?:[ \t]+-[neE]+)?[ \t]+(?:'%s\\n'[ \t]+)?{_VALUE}[\"']?[ \t]*\|[ \t]*{_READS_STDIN}",
    ),
    _form(r"(?:echo|printf)", rf"[ \t]+{_LOGIN}[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd"),
    _form(r"chpasswd", rf"[ \t]*<<<[ \t]*{_LOGIN}"),
    _form(
        r"(?:auth|basic_auth|HTTPBasicAuth|HTTPDigestAuth|BasicAuth|login)",
        rf"[ \t]*=?[ \t]*\([ \t]*[\"'][^\"'\n]{{1,64}}[\"'][ \t]*,[ \t]*(?=[\"']){_VALUE}",
    ),
    _form(r"net use", rf"[ \t]+(?:\S{{1,100}}[ \t]+){{1,2}}(?![/*]){_VALUE}[ \t]+/user"),
    _form(r"net use", rf"(?:{_ONE_ARGUMENT}){{1,2}}[ \t]+/user:\S{{1,64}}[ \t]+(?!/){_VALUE}"),
    _form(r"net user", rf"[ \t]+[\w.-]{{1,32}}[ \t]+(?!/){_VALUE}[ \t]+/"),
    _form(
        r"(?:machine|default)",
        rf"(?:[ \t]+\S{{1,200}})?\s+(?i:login)\s+\S{{1,100}}\s+(?i:password)\s+{_VALUE}",
        "netrc_password",
    ),
    _flag(r"ssh-keygen", r"-N[ \t]*"),
    _flag(r"(?:keytool|jarsigner|apksigner)", r"-(?:store|key)pass[ \t]+"),
    _form(r"rootpw", rf"(?:[ \t]+--[a-z]+)*[ \t]+{_VALUE}"),
    _form(
        r"(?:env|setenv|set -[gUx]{1,3})", rf"[ \t]+\w*(?:PASSWORD|PASSWD|SECRET|TOKEN|_KEY)[ \t]+{_VALUE}"
    ),
    _form(
        r"secrets? (?:set|add)",
        rf"[ \t]+\w+[ \t]+(?:--body|-b|--value)[ =]?{_VALUE}",
        "command_token",
        "SECRET",
    ),
    _form(r"https?[ \t]+(?:-a|--auth)", rf"[ =]+{_USER}:{_VALUE}"),
    _form(
        r"(?:mnemonic|(?:seed|recovery|secret)[ _-](?:phrase|words))",
        r"\\{0,3}[\"']?[ \t]*(?:[:=]|is)[ \t]*\\{0,3}[\"'`]?((?:[a-z]{3,8}[ \t]+){11,23}[a-z]{3,8})\b",
        SEED_PHRASE,
        "SECRET",
    ),
    _form(r"with-token", rf"[ \t]*<<<[ \t]*{_VALUE}", "command_token", "TOKEN"),
    _form(r"appid", r"=([0-9a-f]{32})\b", "openweather_key", "API_KEY"),
    _form(
        r"(?:mot de passe|contrase.a|senha|wachtwoord|salasana|l.senord|has.o|jelsz.)",
        rf"\\{{0,3}}[\"']?[ \t]*[:=][ \t]*{_VALUE}",
        "password",
    ),
    _form(
        r"(?:credentials|creds|login)", rf"[ \t]*[:=][ \t]*[\w.@-]{{1,64}}[ \t]+/[ \t]+{_VALUE}", "password"
    ),
    _form(r"(?:sqlplus|impdp|expdp|sqlldr)", rf"[ \t]+(?:-\w+[ \t]+)*{_ORACLE_LOGIN}"),
    _form(r"jdbc:oracle:thin", rf":{_ORACLE_LOGIN}"),
    _random(r"rabbitmqctl (?:add_user|change_password|authenticate_user)", rf"{_ONE_ARGUMENT}[ \t]+{_VALUE}"),
    _random(r"wpa_passphrase", rf"[ \t]+(?:\"[^\"\n]{{1,64}}\"|\S{{1,64}})[ \t]+{_VALUE}"),
    _random(r"rclone (?:config|obscure)", rf"(?:[^\n]{{0,200}}[ \t]pass)?[ \t]+{_VALUE}"),
    _random(r"poetry config http-basic", rf"\.{_NAME}{_ONE_ARGUMENT}[ \t]+{_VALUE}"),
    _random(r"poetry config pypi-token", rf"\.{_NAME}[ \t]+{_VALUE}", "command_token", "TOKEN"),
    _random(r"(?:vault login|bw unlock)", rf"[ \t]+{_VALUE}", "command_token", "TOKEN"),
    _random(r"doctl auth init", rf"[ \t]+(?:-t|--access-token)[ \t]+{_VALUE}", "command_token", "TOKEN"),
    _random(r"sonar\.(?:login|token)", rf"[ \t]*=[ \t]*{_VALUE}", "command_token", "TOKEN"),
    # The lines of routers: a digit says how the value is encoded.
    _random(r"(?:secret|password) [05-9]", rf"[ \t]+{_VALUE}", "password"),
    _random(r"(?:snmp-server community|crypto isakmp key|(?:tacacs|radius)-server key)", rf"[ \t]+{_VALUE}"),
    _random(
        r"(?:log ?in|sign in|authenticate)(?: with| as| using)?",
        rf"[ \t]+[\w.@-]{{1,64}}:{_VALUE}",
        "password",
    ),
    # The keys of programs that sign and encrypt.
    _random(r"(?:hmac\.new|Fernet)", rf"\([ \t]*b?(?=[\"']){_VALUE}", "secret", "SECRET"),
    _random(r"createHmac", rf"\([ \t]*[\"'][\w-]+[\"'][ \t]*,[ \t]*(?=[\"']){_VALUE}", "secret", "SECRET"),
    _random(
        r"jwt\.(?:sign|encode|verify|decode)",
        rf"\([^()\n\"']{{1,80}},[ \t]*b?(?=[\"']){_VALUE}",
        "secret",
        "SECRET",
    ),
    _form(
        r"wandb",
        rf"(?:\.| )login(?:\([^)\n]{{0,40}}?[\"']|[ \t]+(?:--[\w-]+[ \t]+)*){_RANDOM}",
        "wandb_key",
        "API_KEY",
    ),
    _form(
        r"(?:wandb|w&b|weights (?:and|&) biases|vast(?:\.?ai)?)",
        rf"[^\n]{{0,60}}?(?i:key|token|login)[^\n\w]{{0,6}}(?:is[ \t:]+)?[\"'`]?{_RANDOM}",
        "wandb_or_vast_key",
        "API_KEY",
    ),
)
