import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { CancelledError, ConfigurationError, ConnectionError } from "../../../mod.ts";
import { PostgreSQLBackend, type PostgreSQLOptions } from "../../../backends/postgres/mod.ts";
import { reportSkip } from "../../providers/report_skip.ts";
import { databaseTest, DRIVERS } from "../../support/postgres.ts";
import { findBinaries } from "../../support/servers/binaries.ts";
import { startPrivateServer, whyNoBinaries } from "../../support/servers/private_server.ts";

const SECRET = "s3cret-password";

/** The error of connecting, which must come in time and must not show the password. */
async function refusal(options: PostgreSQLOptions): Promise<ConnectionError> {
  await using backend = new PostgreSQLBackend({ connectTimeout: 5_000, password: SECRET, ...options });
  const start = performance.now();
  const error = await assertRejects(() => backend.connect(), ConnectionError);
  assert(performance.now() - start < 5_500);
  assert(!Deno.inspect(error).includes(SECRET), "the password is shown");
  assertEquals(backend.pool.stats().size, 0);
  return error;
}

for (const driver of DRIVERS) {
  databaseTest(`${driver}: what cannot be connected to is a ConnectionError that says what to check`, async (url) => {
    const { hostname: host, port, pathname } = new URL(url);
    const database = pathname.slice(1);
    const at = { driver, host, port: Number(port) || 5432, database };
    const cases: readonly (readonly [PostgreSQLOptions, string])[] = [
      [{ ...at, port: 1 }, "nothing listens there"],
      [{ ...at, host: "no-such-host.invalid" }, "the name of the host is not known"],
      [{ ...at, database: "no_such_database" }, 'there is no database "no_such_database"'],
      [{ ...at, socket: "/nowhere" }, "there is no such socket"],
    ];
    for (const [options, text] of cases) {
      const { message } = await refusal({ user: new URL(url).username, ...options });
      assert(message.includes(text), message);
    }
  });

  Deno.test(`${driver}: a server that says nothing, nonsense or goodbye is given up in time`, async () => {
    const answers: readonly (readonly [string | null, string])[] = [
      [null, "no answer came within connectTimeout (300 ms)"],
      ["HTTP/1.1 400 Bad Request\r\n\r\n", "Cannot connect to 127.0.0.1"],
      ["", "Cannot connect to 127.0.0.1"],
    ];
    for (const ssl of ["disable", "prefer"] as const) {
      for (const [answer, text] of answers) {
        using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
        const { port } = listener.addr as Deno.NetAddr;
        const serving = (async () => {
          using conn = await listener.accept();
          await conn.read(new Uint8Array(1_000));
          if (answer === null) await conn.read(new Uint8Array(1_000));
          else if (answer !== "") await conn.write(new TextEncoder().encode(answer));
        })().catch(() => {}); // the client goes when it likes
        const options = { driver, port, database: "x", ssl, connectTimeout: 300 };
        const { message } = await refusal(options);
        assert(message.includes(text), message);
        await serving;
      }
    }
  });
}

Deno.test("a driver that is not known is refused before anything is opened", () => {
  const wrong = { database: "x", driver: "other" } as unknown as PostgreSQLOptions;
  const error = (() => {
    try {
      return new PostgreSQLBackend(wrong);
    } catch (error) {
      return error;
    }
  })();
  assertInstanceOf(error, ConfigurationError);
});

/** Makes a certificate for the server, signed by itself. */
async function makeCertificate(folder: string, name: string, subject: string): Promise<void> {
  const { code } = await new Deno.Command("openssl", {
    args: [
      ...["req", "-new", "-x509", "-days", "2", "-nodes", "-subj", "/CN=test", "-addext", `subjectAltName=${subject}`],
      ...["-keyout", `${folder}/${name}.key`, "-out", `${folder}/${name}.crt`],
    ],
    stdout: "null",
    stderr: "null",
  }).output();
  assertEquals(code, 0);
  const { uid, gid } = await Deno.stat(folder);
  if (uid !== null && gid !== null) await Deno.chown(`${folder}/${name}.key`, uid, gid);
  await Deno.chmod(`${folder}/${name}.key`, 0o600);
}

const hasOpenSSL = await new Deno.Command("openssl", { args: ["version"], stdout: "null" }).output()
  .then(({ success }) => success, () => false);
const whyNoTLS = await findBinaries("postgres") === null
  ? whyNoBinaries("postgres")
  : hasOpenSSL
  ? null
  : "openssl, which makes the certificate, is not installed";

if (whyNoTLS !== null) await reportSkip("postgres-tls", whyNoTLS);
else {
  Deno.test("TLS: each mode checks what it says, passwords are checked, and cancelling works", async (t) => {
    await using server = await startPrivateServer("postgres");
    {
      await using admin = new PostgreSQLBackend({ url: server.url });
      await admin.execute(`CREATE ROLE app LOGIN PASSWORD '${SECRET}'`);
      await admin.execute("CREATE DATABASE app OWNER app");
      await makeCertificate(server.folder, "server", "IP:127.0.0.1");
      await makeCertificate(server.folder, "elsewhere", "DNS:elsewhere.example");
      await admin.execute(`ALTER SYSTEM SET ssl_cert_file = '${server.folder}/server.crt'`);
      await admin.execute(`ALTER SYSTEM SET ssl_key_file = '${server.folder}/server.key'`);
    }
    const at = { host: "127.0.0.1", port: server.port, database: "app", user: "app", password: SECRET };
    const ca = await Deno.readTextFile(`${server.folder}/server.crt`);
    const elsewhere = await Deno.readTextFile(`${server.folder}/elsewhere.crt`);
    const setTLS = async (settings: Readonly<Record<string, string>>) => {
      await using admin = new PostgreSQLBackend({ url: server.url, ssl: "disable" });
      for (const [name, value] of Object.entries(settings)) {
        await admin.execute(`ALTER SYSTEM SET ${name} = '${value}'`);
      }
      await admin.execute("SELECT pg_reload_conf()");
      await new Promise((resolve) => setTimeout(resolve, 200));
    };
    const isEncrypted = async (options: Omit<PostgreSQLOptions, "url">) => {
      await using backend = new PostgreSQLBackend({ ...at, ...options });
      const aborted = backend.execute("SELECT pg_sleep(20)", [], { signal: AbortSignal.timeout(50) });
      await assertRejects(() => aborted, CancelledError);
      const row = await backend.fetchOne("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()");
      return row?.ssl;
    };
    for (const driver of DRIVERS) {
      await t.step(`${driver}: without TLS on the server`, async () => {
        await setTLS({ ssl: "off" });
        assertEquals(await isEncrypted({ driver, ssl: "prefer" }), false);
        const { message } = await refusal({ ...at, driver, ssl: "require" });
        assert(message.includes("offers no TLS"), message);
      });
      await t.step(`${driver}: with TLS on the server`, async () => {
        await setTLS({
          ssl: "on",
          ssl_cert_file: `${server.folder}/server.crt`,
          ssl_key_file: `${server.folder}/server.key`,
        });
        assertEquals(await isEncrypted({ driver, ssl: "disable" }), false);
        assertEquals(await isEncrypted({ driver, ssl: "prefer" }), true);
        assertEquals(await isEncrypted({ driver, ssl: "require" }), true);
        assertEquals(await isEncrypted({ driver, ssl: "verify-ca", sslCA: ca }), true);
        assertEquals(await isEncrypted({ driver, ssl: "verify-full", sslCA: ca }), true);
        for (const ssl of ["verify-ca", "verify-full"] as const) {
          for (const options of [{}, { sslCA: elsewhere }]) {
            const { message } = await refusal({ ...at, driver, ssl, ...options });
            assert(message.includes("TLS failed"), message);
          }
        }
      });
      await t.step(`${driver}: a certificate of another host`, async () => {
        await setTLS({
          ssl_cert_file: `${server.folder}/elsewhere.crt`,
          ssl_key_file: `${server.folder}/elsewhere.key`,
        });
        assertEquals(await isEncrypted({ driver, ssl: "verify-ca", sslCA: elsewhere }), true);
        const { message } = await refusal({ ...at, driver, ssl: "verify-full", sslCA: elsewhere });
        assert(message.includes("TLS failed"), message);
      });
      await t.step(`${driver}: a wrong password, none, and a user that does not exist`, async () => {
        for (const options of [{ password: "wrong" }, { user: "nobody" }]) {
          const { code, message } = await refusal({ ...at, driver, ...options });
          assertEquals(code, "28P01");
          assert(message.includes("check user and password"), message);
        }
        const { message } = await refusal({ ...at, driver, password: "" });
        assert(message.includes("password"), message);
      });
    }
  });
}
