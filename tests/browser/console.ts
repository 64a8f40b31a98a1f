// A console of the browser tests' own: the true binary, on SQLite, against mailboxes of the running world.
import { test as base, expect, type Page } from '@playwright/test';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { deliver, letters } from './mail';

export const PASSWORD = 'a-password-for-the-browser';
export const ACCOUNTS = {
  rita: ['Rita Sandoval', 'reader'],
  paul: ['Paul Adeyemi', 'postmaster'],
  amira: ['Amira Hassan', 'authorised_postmaster'],
  ada: ['Ada Brandt', 'administrator'],
} as const;
export type Login = keyof typeof ACCOUNTS;

export interface Console {
  url: string;
  /** The address that complaints go to. */
  mailbox: string;
  world: Record<string, string>;
  /** Hands a mail to Postfix, as anybody would. */
  send(from: string, subject: string, text: string, more?: Record<string, string>): Promise<string>;
}

export function readWorld(): Record<string, string> {
  const path = process.env.POSTDESK_TEST_WORLD;
  if (!path) throw new Error('POSTDESK_TEST_WORLD is not set: run ./test browser, which starts the mail servers');
  const pairs = readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('='));
  return Object.fromEntries(pairs.map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]));
}

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer();
    server.on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address && typeof address === 'object' ? found(address.port) : failed(new Error('no port'))));
    });
  });
}

async function ready(url: string, process: ChildProcess, log: () => string) {
  const until = Date.now() + 30_000;
  while (Date.now() < until && process.exitCode === null) {
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) return;
    await new Promise((again) => setTimeout(again, 50));
  }
  throw new Error(`the console is not ready:\n${log()}`);
}

export const test = base.extend<{ as: (login: Login) => Promise<Page> }, { desk: Console; factor: boolean }>({
  /** Whether weighty roles need a second factor. Most tests are about something else. */
  factor: [false, { option: true, scope: 'worker' }],
  desk: [
    async ({ factor }, use) => {
      const world = readWorld();
      const binary = process.env.POSTDESK_BIN ?? resolve('../../target/debug/postdesk');
      const dir = mkdtempSync(join(tmpdir(), 'postdesk-browser-'));
      const port = await freePort();
      const url = `http://localhost:${port}`;
      const mailbox = `desk-${process.pid}@college.test`;
      const config = join(dir, 'postdesk.toml');
      writeFileSync(config, configuration(world, dir, port, url, mailbox, factor));
      for (const [login, [name, role]] of Object.entries(ACCOUNTS)) {
        const line = ['account', 'add', '--config', config, '--login', login, '--name', name];
        line.push('--email', `${login}@college.test`, '--role', role, '--password-stdin');
        execFileSync(binary, line, { input: `${PASSWORD}\n` });
      }
      let log = '';
      const serve = spawn(binary, ['serve', '--config', config], { stdio: ['ignore', 'ignore', 'pipe'] });
      serve.stderr?.on('data', (some) => (log += some));
      await ready(url, serve, () => log);
      const send: Console['send'] = (from, subject, text, more = {}) =>
        deliver(Number(world.SMTP_PORT), from, mailbox, letters(from, mailbox, subject, text, more));
      await use({ url, mailbox, world, send });
      const gone = new Promise((done) => serve.once('exit', done));
      serve.kill('SIGTERM');
      await gone;
      rmSync(dir, { recursive: true, force: true });
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ desk }, use) => use(desk.url),
  as: async ({ page }, use) => {
    await use(async (login) => {
      await signIn(page, login);
      return page;
    });
  },
});

export async function signIn(page: Page, login: Login) {
  await page.goto('/sign-in');
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await expect(page).not.toHaveURL(/sign-in/);
}

function configuration(
  world: Record<string, string>, dir: string, port: number, url: string, mailbox: string, factor: boolean,
) {
  return `
[site]
name = "The College"
domains = ["college.test"]
hostnames = ["mail.college.test"]
language = "en"
time_zone = "Europe/London"
postmaster = "postmaster@college.test"

[database]
url = "sqlite://${dir}/postdesk.sqlite"

[web]
listen = "127.0.0.1:${port}"
public_url = "${url}"

[accounts]
second_factor = ${factor}

[[mailbox]]
name = "postmaster"
address = "${mailbox}"
host = "localhost"
port = ${world.IMAPS_PORT}
ca_file = "${world.CA_FILE}"
user = "${mailbox}"
password = "${world.MAIL_PASSWORD}"

[smtp]
host = "localhost"
port = ${world.SMTP_PORT}
tls = "starttls"
ca_file = "${world.CA_FILE}"

[acknowledge]
per_address_per_day = 50
`;
}

export { expect };
