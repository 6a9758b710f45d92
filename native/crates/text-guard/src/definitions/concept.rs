//! What words mean here: a word stands for a few concepts, a set of concepts is one machine word.

/// A set of concepts.
pub(super) type Set = u128;

macro_rules! concepts {
    ($($name:ident = $bit:literal),+ $(,)?) => { $(pub(super) const $name: Set = 1 << $bit;)+ };
}

concepts! {
    MODEL = 0, MUST = 1, BEFORE = 2, WHEN = 3, CALL = 4, TOOL = 5, THIS = 6, OTHER = 7,
    READ = 8, PASS = 9, SECRET = 10, SECRET_PATH = 11, PATH = 12, EMAIL = 13, URL = 14, IDENT = 15,
    CONTENT = 16, TELL = 17, NOT = 18, USER = 19, SILENT = 20, IGNORE = 21, PREVIOUS = 22, ORDERS = 23,
    IMPORTANT = 24, INSTEAD = 25, BEST = 26, FAIL = 27, PARAM = 28, STEAL = 29, ATTACK = 30, DEFEND = 31,
    TALK = 32, SYSTEM = 33, CHANGE = 34, RECIPIENT = 35, CONSENT = 36, SHELL = 37, WORLD = 38, DELETE = 39,
    TASK = 40, PRETEXT = 41, RETIRED = 42, ROLE = 43, ANSWER = 44, WORK = 45, ALSO = 46, OUTSIDE = 47,
    ONLY = 48, MESSAGE = 49, PREFER = 50, NAME = 51, SAME = 52, DO = 53, OWN = 54, EVERY = 55, FULL = 56,
    OFFENCE = 57, STEALTH = 58, OTHERWISE = 59, SAFETY = 60, THIRD = 61, EFFECT = 62, RAID = 63,
    VALUE = 64, KEBAB = 65, SIBLING = 66, AUTO = 67, REASON = 68, STAGE = 69, ENSURE = 70, PERSON = 71, GIVEN = 72, PAY = 73, REPORT = 74, SHOW = 75, LINK = 76,
    EMIT = 77, FEIGN = 78, OMIT = 79, OUGHT = 80, NEED = 81, DISABLE = 82, LOCAL = 83, KEEP = 84, START = 85, WALLET = 86, THEM = 87, LIE = 88, OBEY = 89, LOST = 90, GATHER = 91, FREE = 92,
    DONE = 93, TOO = 94, SCALE = 95, BE = 96, GO = 97, PLACE = 98, GRANT = 99, RIGHTS = 100, HANDLE = 101, FILE = 102,
    BOTHER = 103, HUSH = 104, IT = 105, BETWEEN = 106, AGREED = 107, ELSE = 108, RISK = 109,
}

/// Words by concept. English first, then Spanish, French, German, Portuguese, Italian, Dutch, Polish, Turkish and
/// Russian; accents are folded away. Chinese, Japanese and Korean words are matched inside running text.
pub(super) const WORDS: &[(Set, &str)] = &[
    (
        MODEL,
        "you your yourself assistant assistants model models llm llms ai agent agents claude gpt chatgpt gemini copilot cursor chatbot \
        debes usted asistente modelo agente vous assistante modele du sie ihr assistent modell voce assistente asystent asistan ты вы ассистент модель агент \
        你 您 助手 模型 智能体 あなた アシスタント モデル 당신 어시스턴트 모델",
    ),
    (
        THIRD,
        "assistant assistants model models llm llms ai claude gpt chatgpt gemini copilot chatbot asistente modelo assistente modele modell asystent ассистент модель \
        助手 模型 智能体 アシスタント モデル 어시스턴트 모델",
    ),
    (
        RAID,
        "attack inject injects injecting injection injections payload payloads brute crack cracking sniff sniffing dump \
 dumps dumping corrupt relay replay exhaust escape escalate escalation intercept persistence bomb webcam \
 microphone covert impersonation shellcode kerberos ntlm evasion harvest harvests harvesting forge forges \
 privilege setuid suid uac",
    ),
    (EFFECT, "effect effects side-effect intercept intercepts affects alters"),
    (
        MUST,
        "must always never shall required require requires mandatory ensure necessarily obligatory should need needs strictly immediately \
        debe debes deben siempre nunca obligatorio doit devez toujours jamais obligatoire muss mussen musst immer niemals pflicht deve sempre \
        obrigatorio devi obbligatorio moet altijd musisz zawsze nigdy mutlaka her zaman должен должны обязательно всегда никогда \
        必须 务必 始终 一定要 必ず 常に 반드시 항상",
    ),
    (
        BEFORE,
        "before prior first firstly beforehand preceding preliminary prerequisite antes primero previamente avant premier abord \
        vor bevor zuerst primeiro prima vooraf eerst przed najpierw once before until перед прежде сначала до \
        之前 首先 先 前に まず 전에 먼저 oncesinde",
    ),
    (
        WHEN,
        "when whenever if each time once after upon while during cuando cada quand chaque lorsque wenn sobald quando cada quando als gdy когда если после каждый \
        每次 当 一旦 するたび 時 때마다 everytime anytime time",
    ),
    (
        EVERY,
        "every each all any everything anything todos todas cualquier tous toutes jede jeden alle todos tutti все любой 所有 任何 全て すべて 모든",
    ),
    (
        CALL,
        "call calls calling called use uses using used invoke invokes invoking invoked invocation run runs running execute executes executing executed trigger launch \
        usar use usando llamar invocar utiliser utilisez utilisation appeler appelez verwenden verwendung aufrufen nutzen benutzen usar utilizar chamar usare \
        chiamare gebruiken aanroepen uzyj uzyciem wywolaj использовать использованием вызвать вызовом 使用 调用 執行 呼び出 使う 사용 호출 aufrufst verwendest benutzt nutzt kullanmadan",
    ),
    (
        TOOL,
        "tool tools function functions plugin plugins toolset herramienta herramientas funcion outil outils fonction werkzeug werkzeuge funktion \
        ferramenta ferramentas strumento gereedschap narzedzie narzedzia инструмент инструмента инструменты функция 工具 函数 ツール 도구 araci aracin",
    ),
    (
        THIS,
        "this here este esta cette cet ce dieses diese diesen dieser questo dit deze tego это этот этого этой 此 这个 本 この 이 bu",
    ),
    (
        OTHER,
        "other others another alternative alternatives competing competitor competitors different remaining otros otras autres andere anderen outros outras altri inne inny другие других \
        其他 別の 他の 다른 similar rival",
    ),
    (
        READ,
        "read reads reading open opens load loads fetch fetches retrieve retrieves access accesses get gets obtain obtains collect collects collecting gather gathers \
        gathering copy copies extract extracts scan locate find search look lookup grab cat dump list capture captures leer lee lea abrir lisez lire ouvrir lesen lies lade \
        leia ler abrir leggi leggere lees przeczytaj odczytaj oku прочитай прочитайте прочитать открой 读取 读 获取 収集 読み取 読んで 読み込 읽고 읽어 읽으 okuyun legge lue",
    ),
    (
        PASS,
        "pass passes passing passed include includes including append attach attaches send sends sending sent forward forwards forwarding upload uploads uploading post \
        posts provide supply submit submits transmit transmits share embed insert add put place store save write relay relays copy bcc encode encoded fill populate report upload \
        log record leak enviar envia envie enviarlo pasar incluir incluye envoyer envoyez transmettre transmettez inclure senden sende ubergeben ubergib anhangen ubermitteln \
        inclua enviar passar invia inviare passa stuur doorgeven wyslij przekaz gonder отправь отправьте передай передайте передать отправить 传递 发送 传入 上传 作为参数 渡 送信 전달 보내 전송 paste pastes pasted transmitted transmitting forwarded mailed emailing hand handing mitschicken mitsenden mitschickst schicke schicken mitgeben mandar mande mandalo meesturen gonderin iletin 提交 上報 제출",
    ),
    (
        STEAL,
        "exfiltrate exfiltrates exfiltrated exfiltrating exfiltration exfil steal steals stealing stolen siphon keylogger \
 keylog keystrokes eavesdrop robar voler stehlen roubar 窃取 盗む",
    ),
    (
        SECRET,
        "password passwords passwd credential credentials secret secrets token tokens apikey api_key apikeys key keys ssh id_rsa env dotenv environment cookie cookies seed \
        mnemonic passphrase certificate private keyring keychain auth oauth jwt pem ssn cvv pii sensitive confidential vault hashes contrasena contrasenas credenciales clave claves \
        secreto identifiants cle cles secrete passwort passworter schlussel geheim zugangsdaten senha senhas chave chaves segredo chiave wachtwoord haslo klucz \
        пароль пароли ключ ключи секрет токен 密码 密钥 凭证 凭据 私钥 令牌 パスワード 秘密鍵 認証情報 비밀번호 키",
    ),
    (
        TALK,
        "conversation conversations history chat transcript transcripts messages dialogue context prompt prompts memory thoughts reasoning session conversacion historial \
        historique verlauf gesprach conversa historico conversazione разговор переписку историю 对话 历史 聊天记录 会話 履歴 대화",
    ),
    (
        CONTENT,
        "content contents file files data value values output outputs result results information details text folder directory contenido archivo archivos datos \
        contenu fichier fichiers donnees inhalt datei dateien daten conteudo arquivo arquivos dados contenuto file dati inhoud bestand zawartosc plik содержимое файл файла данные \
        内容 文件 数据 信息 ファイル 内容 データ 파일 내용 데이터 notes documents document report copy logs traffic",
    ),
    (
        TELL,
        "mention mentions mentioning tell telling told reveal reveals revealing inform informs informing disclose disclosing notify notifies notifying notified explain say \
        expose warn warning alert display show showing ask asking report acknowledge discuss know aware notice realize suspect learn mencionar menciones menciona decir diga digas informar informes reveles mentionner \
        mentionnez dire dites informez revelez reveler erwahnen erwahne sagen sage informieren mitteilen verraten mencione diga conte revele informe dire menzionare \
        vertel noem mow wspominaj informuj soyleme говори говорите сообщай сообщайте упоминай упоминайте рассказывай 告诉 提及 透露 告知 伝え 言及 知らせ 말하 알리 언급 says asked asks said dites sage di admit admits divulge erwahnst sagst bahsetme soylemeyin informed",
    ),
    (
        NOT,
        "not never dont don't without avoid no cannot can't shouldn't mustn't neither nor refrain isn't wont won't doesn't no nunca jamas sin ne pas jamais sans nicht niemals ohne kein nao nunca sem \
        non mai senza niet nooit nie nigdy bez не никогда нельзя без 不要 不得 勿 请勿 别 不 ないで しない ないこと 말고 마세요 않 ない rien nichts nada nulla niente nic ничего nadie personne niemandem nobody nothing",
    ),
    (
        USER,
        "user users human humans person people customer customers operator owner anyone usuario usuarios utilisateur utilisateurs benutzer nutzer anwender utilizador utente gebruiker \
        uzytkownikowi uzytkownik kullanici пользователю пользователь пользователя 用户 使用者 ユーザー 사용자 anybody everyone everybody kullaniciya",
    ),
    (
        SILENT,
        "silently secretly quietly covertly discreetly stealthily invisibly unnoticed surreptitiously discreet en silencio silenciosamente secretamente silencieusement \
        discretement heimlich stillschweigend unbemerkt secretamente silenziosamente stiekem potajemnie тайно незаметно скрытно молча 悄悄 静默 秘密地 暗中 こっそり 密かに 몰래 은밀 quiet quietly unobtrusively invisible covert",
    ),
    (
        STEALTH,
        "hidden hide hides hiding covert stealth stealthy conceal conceals evade evades evading evasion undetected untraceable undetectable steganography masquerade disguise obfuscate obfuscated \
        oculto cache versteckt",
    ),
    (
        IGNORE,
        "ignore ignores ignoring disregard disregards forget override overrides overriding overwrite supersede supersedes bypass bypasses bypassing discard skip suspend neglect \
        ignora ignore ignorar olvida ignorez oubliez ignorieren ignoriere vergiss ignore esqueca ignora dimentica negeer zignoruj игнорируй игнорируйте игнорировать забудь \
        忽略 无视 覆盖 無視 忘れ 무시 regardless whatever matter overriding overrode overridden irrespective",
    ),
    (
        PREVIOUS,
        "previous prior earlier above preceding existing former past original initial default all any system user's safety anterior anteriores previas precedentes precedentes \
        precedent vorherigen bisherigen vorige anteriores precedenti vorige poprzednie предыдущие предыдущих 之前 以前 上述 前の 以前の 이전",
    ),
    (
        ORDERS,
        "instruction instructions rule rules guideline guidelines prompt prompts policy policies constraint constraints restriction restrictions safeguard safeguards directive directives \
        command commands guardrail guardrails filter filters order orders commandment instrucciones reglas consignes regles anweisungen anweisung regeln instrucoes regras istruzioni regole \
        instructies instrukcje instrukcji инструкции инструкций правила указания 指令 指示 规则 命令 提示 ルール 지시 명령 규칙",
    ),
    (
        IMPORTANT,
        "important critical urgent attention mandatory notice crucial vital essential imperative compulsory importante critico urgente obligatoire wichtig dringend wazne \
        важно критично срочно 重要 紧急 注意 警告 緊急 중요 긴급",
    ),
    (
        INSTEAD,
        "instead rather replace replaces replaced replacing replacement redirect redirects reroute substitute supersedes lieu place statt anstatt lugar вместо 代替 替代 取代 代わり 대신 redirected rerouted",
    ),
    (
        RETIRED,
        "deprecated obsolete outdated broken unavailable disabled discontinued unreliable insecure unsafe vulnerable compromised retired legacy malfunctioning slow inaccurate inferior dangerous bug buggy flawed",
    ),
    (
        BEST,
        "best superior finest greatest ultimate fastest unmatched unrivaled unparalleled unbeatable perfect safest trusted reliable accurate premier leading powerful popular better highest mejor meilleur beste melhor migliore лучший 最好 最佳 最も 최고 최고의 higher",
    ),
    (
        PREFER,
        "prefer prefers preferred prioritize prioritise priority priorities favor favour favored choose select chosen default recommended preference precedence prefiere preferer bevorzugen preferir предпочитай 优先 首选 優先 우선",
    ),
    (WORLD, "world ever market universe available alternatives competitors competing existence"),
    (
        ONLY,
        "only exclusively solely sole exclusive solo unicamente seulement nur ausschliesslich apenas somente soltanto только 仅 只 のみ just",
    ),
    (
        FAIL,
        "otherwise fail fails failure failing crash crashes lost lose break breaks error errors corrupt corrupted terminated penalty punished malfunction rejected invalid blocked unusable suspended abort die \
        catastrophic consequences contrario fallara sinon echouera sonst fehlschlagen caso falhara altrimenti иначе 否则 失败 崩溃 さもないと 失敗 그렇지",
    ),
    (
        WORK,
        "work works function operate operates succeed funcionara fonctionnera funktioniert funcionara работать 工作 動作 작동",
    ),
    (
        PARAM,
        "parameter parameters argument arguments param params arg field fields input inputs property sidenote parametro parametros argumento parametre argument campo champ feld параметр параметре параметра аргумент 参数 字段 パラメータ 引数 매개변수 인자",
    ),
    (
        RECIPIENT,
        "recipient recipients destination address addresses bcc cc receiver iban account beneficiary payee destinatario destinataire empfanger получатель 收件人 宛先 수신자 attendee attendees",
    ),
    (
        CONSENT,
        "confirmation confirm confirming permission permissions approval approve consent authorization authorisation verification asking prompting confirmacion permiso confirmation bestatigung erlaubnis permissao conferma подтверждения разрешения 确认 许可 確認 許可 확인 허락",
    ),
    (
        CHANGE,
        "change changes changing modify modifies alter alters set sets replace replaced substitute rewrite swap append prepend redirect route adjust multiply double inflate switch update cambiar modifier andern alterar cambiare измени замени 修改 替换 更改 変更 置き換 변경 increase increases decrease raise prefix prefixed suffix changed modified modifying replacing transform convert altered altering rewritten appended appending prepended redirected rerouted",
    ),
    (
        DELETE,
        "delete deletes deleting deleted deletion remove removes removing drop drops erase erases destroy destroys wipe wipes kill kills terminate terminates purge purges truncate overwrite overwrites uninstall shutdown",
    ),
    (
        SHELL,
        "bash sh sudo curl wget chmod rm nc netcat powershell eval exec base64 cat whoami ssh scp rsync printenv chown crontab authorized_keys command commands shell script ejecutar executez ausfuhren",
    ),
    (
        TASK,
        "task tasks request requests query queries operation operations action actions step steps workflow work question tarea solicitud tache demande aufgabe anfrage tarefa compito задача запрос 任务 请求 操作 タスク 要求 작업 요청 questions",
    ),
    (
        PRETEXT,
        "compliance proxying proxy telemetry auditing audit billing debugging diagnostics diagnostic verification validation logging analytics licensing calibration optimization optimisation initialization \
        authentication authenticity sync synchronization improvement quality personalization integrity regulatory security monitoring tracking backup configuration troubleshooting performance efficiency safety standardization standardisation stability traceability accuracy consistency optimisation",
    ),
    (
        ROLE,
        "pretend jailbreak jailbroken dan unrestricted unfiltered uncensored roleplay persona impersonate impersonating impersonates simulate mode developer god sudo act behave admin administrator",
    ),
    (SYSTEM, "system developer admin administrator root internal backend hidden sistema systeme 系统 システム 시스템"),
    (
        SAFETY,
        "safety safeguards safeguard ethics ethical content-policy moderation security guardrails guardrail protections protection checks authorization restrictions restriction validation detection controls seguridad securite sicherheit 安全 安全性 セキュリティ 보안 rules limits",
    ),
    (
        OUTSIDE,
        "external remote attacker attackers attacker's attacker-controlled third-party thirdparty endpoint webhook collector c2 attkr pwnd evil hacker outside",
    ),
    (
        MESSAGE,
        "email emails message messages mail mails payment payments transfer transfers transaction transactions post tweet invoice correo courriel nachricht mensagem письмо письма 邮件 消息 メール 메일",
    ),
    (
        ATTACK,
        " exploit exploits exploiting malicious spoof spoofs spoofing forging hijack hijacks hijacking poison poisons poisoning \
 poisoned abuse abuses abusing bruteforce brute-force phish phishing tamper tampers tampering impersonate impersonates impersonating ddos dos deface defacement \
 smuggle smuggling attacking  victim victims stolen attacker attackers attacker's compromised infected botnet malware ransomware backdoor backdoors rootkit rootkits trojan spyware worm",
    ),
    (
        OFFENCE,
        "deserialization cmdi exfil privesc ssrf xxe ssti rce lfi rfi csrf xss sqli toctou uac setuid suid kerberoast kerberoasting dcsync ntlm lsass mimikatz pass-the-hash \
 bypass bypasses bypassing escalation shellcode hollowing bruteforce keylogger keylogging cryptominer \
 stomping timestomp timestomping rootkit dropper polkit petitpotam tcc applocker amsi  sqlmap meterpreter metasploit",
    ),
    (
        ANSWER,
        "answer answers response responses reply replies respuesta reponse antwort resposta risposta antwoord odpowiedz ответ ответе 回答 回复 応答 답변",
    ),
    (
        OTHERWISE,
        "otherwise contrario sinon sonst senao altrimenti anders inaczej иначе 否则 さもないと そうでなければ 그렇지",
    ),
    (
        DEFEND,
        "detect detects detecting detection prevent prevents protect protects protection scan scans scanning scanner analyze analyzes analysis audit audits mitigate mitigation remediate \
 remediation advisory advisories cwe owasp harden hardening defend sanitize educational game games \
  simulation simulated honeypot",
    ),
    (NAME, "name names identifier id version"),
    (
        AUTO,
        "automatically automatic silently background implicitly automaticamente automatiquement automatisch автоматически 自动 自動 자동",
    ),
    (REASON, "reason reasons purpose purposes sake grounds motivos raisons grunden motivos причинам 出于 目的 理由"),
    (
        STAGE,
        "requirement requirements step steps check checks pre-check precheck procedure procedures protocol protocols standard standards measure measures \
        mandate obligation prerequisite precondition process",
    ),
    (
        ENSURE,
        "ensure ensures ensuring guarantee guarantees help helps allow allows enable enables avoid avoids prevent prevents simplify improve improves optimize maintain",
    ),
    (PERSON, "user users user's they customer customer's caller human he she whoever"),
    (
        GIVEN,
        "specified specify specifies provided provide provides requested requests asked supplied given entered wants wanted says said input query request prompt original choose chosen enter",
    ),
    (
        PAY,
        "pay pays paying purchase purchases buy buys sell withdraw charge transfer transfers transferring wire amount quantity price balance funds money payment invoice \
        premium subscription order orders mint swap trade",
    ),
    (
        REPORT,
        "get gets list lists search searches retrieve retrieves fetch fetches query queries lookup find finds describe describes show shows count counts view views \
        check checks returns summarize summarizes monitor investigate report reports",
    ),
    (LINK, "url urls uri link links endpoint host hostname domain"),
    (SHOW, "display displays show shows showing ask asks asked asking report reports says"),
    (
        EMIT,
        "output outputs print prints return returns respond reply emit reveal display say write echo disclose expose present give gib gebe ausgeben imprime muestra \
        affiche affichez 输出 打印 显示 出力 выведи 출력",
    ),
    (FEIGN, "claim claims present presents act behave"),
    (
        OMIT,
        "omit omits omitting exclude conceal suppress withhold leave leaving hide drop auslassen omite omettre 隐藏 省略",
    ),
    (OUGHT, "has have expected supposed obliged obligated instructed told directed asked needs ought"),
    (NEED, "need needs needed required necessary require requires obligatory"),
    (DISABLE, "disable disables disabling deactivate deactivating stop turn-off reset revoke lift"),
    (
        LOCAL,
        "clipboard environment env home machine computer filesystem disk desktop browser screen screenshot screenshots downloads keyboard contacts directory",
    ),
    (KEEP, "keep keeps keeping stay stays remain remains kept"),
    (START, "start beginning outset begin opening anfang inicio debut начале 开始"),
    (THEM, "them him her anybody anyone nobody"),
    (LIE, "pretend pretends pretending feign falsely fabricate fabricated fake lie mislead disguise deceive"),
    (FREE, "free freed unrestricted unbound unlimited liberated uncensored unfiltered"),
    (LOST, "lost destroyed erased deleted wiped gone"),
    (
        GATHER,
        "collect collects collecting gather gathers gathering harvest harvests log logs logging record records recording track tracks tracking capture captures monitor monitors audit report",
    ),
    (OBEY, "obey obeys adhere comply follow"),
    (WALLET, "wallet wallets iban account accounts balance funds deposit"),
    (SAME, "same identical also"),
    (DO, "do does perform complete follow obey adhere comply execute carry solve finish apply respond answer"),
    (ALSO, "also additionally furthermore moreover then subsequently"),
    (
        DONE,
        "posted forwarded copied mirrored stored saved mailed sent shared duplicated uploaded written printed invited made paid exported delivered logged handed",
    ),
    (TOO, "too well likewise second twice duplicate additional"),
    (
        SCALE,
        "multiply multiplied double doubled triple tripled divide divided times percent halve halved raise raised increase increased reduce reduced inflate \
        inflated rounded split extended rated",
    ),
    (BE, "be"),
    (GO, "go goes belong belongs land"),
    (
        GRANT,
        "grant grants granting give gives giving disable disables disabling turn switch off create append stop revoke lift assign",
    ),
    (
        RIGHTS,
        "privileges privilege permission permissions rights administrator admin root owner nopasswd sudoers firewall logging antivirus auditing superuser",
    ),
    (
        HANDLE,
        "handling processing fulfilling answering responding serving start starting handle process fulfill respond",
    ),
    (FILE, "ini json yaml yml toml cfg conf pem"),
    (BOTHER, "interested bother bothered bothers concern concerned concerns trouble troubled interest"),
    (
        HUSH,
        "disclose disclosed reveal revealed divulge divulged mention mentioned discuss talk inform informed told tell",
    ),
    (IT, "it them"),
    (BETWEEN, "between us ourselves"),
    (AGREED, "already agreed agrees consented approved knows accepted"),
    (ELSE, "else"),
    (RISK, "risk danger damaged harmed endangered compromised harm damage unsafe"),
    (FULL, "full entire complete whole raw verbatim exact current previous all everything 完整 全部 全体"),
];

/// Words whose only sense here is a cue: folded look-alikes of them (`1gnore`, `іgnore`) are told as hidden text.
pub(super) const TELLING: Set = IGNORE | ORDERS | SECRET | SILENT | STEAL | TELL | IMPORTANT | READ | PASS | SYSTEM;

#[cfg(test)]
mod tests {
    use super::WORDS;
    use crate::definitions::score_definition;

    #[test]
    fn one_word_alone_never_flags() {
        for word in WORDS.iter().flat_map(|(_, words)| words.split_whitespace()) {
            for text in [word.to_owned(), format!("<{word}>"), format!("Lists items. {word}! {word} it.")] {
                let json = serde_json::json!({ "name": word, "description": text }).to_string();
                let verdict = score_definition(&json, None);
                assert!(!verdict.flagged, "{text}: {verdict:?}");
            }
        }
    }
}
