// Every page in both themes and at both widths: looked over by axe, nothing wider than the screen, a picture kept.
import AxeBuilder from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { test, expect, signIn, type Console, type Login } from './console';

const SHOTS = `${process.env.POSTDESK_RESULTS ?? '../../target/test/browser'}-pictures`;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

// [name, path or how to find it, who looks]
const PAGES: [string, string | ((page: Page) => Promise<string>), Login][] = [
  ['sign-in', '/sign-in', 'rita'],
  ['today', '/', 'paul'],
  ['tickets', '/tickets', 'paul'],
  ['tickets-search', '/tickets?q=state%3Aany%20spam', 'paul'],
  ['ticket', (page) => first(page, '/tickets', '/tickets/'), 'paul'],
  ['ticket-new', '/tickets/new', 'paul'],
  ['messages', '/messages', 'paul'],
  ['message', (page) => first(page, '/messages', '/messages/'), 'paul'],
  ['delivery-errors', '/delivery-errors', 'paul'],
  ['not-imported', '/not-imported', 'paul'],
  ['read-again', '/rereading', 'amira'],
  ['mailboxes', '/mailboxes', 'paul'],
  ['my-account', '/account', 'paul'],
  ['accounts', '/accounts', 'ada'],
  ['account', (page) => first(page, '/accounts', '/accounts/'), 'ada'],
  ['templates', '/settings/templates', 'ada'],
  ['template', (page) => first(page, '/settings/templates', '/settings/templates/'), 'ada'],
  ['nothing-here', '/tickets/999999', 'paul'],
];

async function first(page: Page, list: string, begin: string): Promise<string> {
  await page.goto(list);
  const links = await page.locator(`main a[href^="${begin}"]`).evaluateAll((all) => all.map((a) => a.getAttribute('href') ?? ''));
  const found = links.find((href) => href !== '/tickets/new' && !href.includes('?'));
  expect(found, `${list} has a line to open`).toBeTruthy();
  return found ?? list;
}

/** Mail of several kinds, so that no page is empty. */
async function morning(desk: Console) {
  await desk.send('lee@example.net', 'Spam from your network', 'I complain about spam from 192.0.2.9. Please stop this abuse.');
  await desk.send('sam@example.org', 'Who runs the library?', 'Could you tell me whom to contact about the library?');
  const bounce = [
    '--b', 'Content-Type: text/plain', '', 'Your message could not be delivered.', '',
    '--b', 'Content-Type: message/delivery-status', '', 'Reporting-MTA: dns; mx.example.net', '',
    'Final-Recipient: rfc822; nobody@college.test', 'Action: failed', 'Status: 5.1.1',
    'Diagnostic-Code: smtp; 550 5.1.1 no such user', '', '--b', 'Content-Type: text/rfc822-headers', '',
    'Return-Path: <writer@example.org>', 'From: writer@example.org', 'To: nobody@college.test', '', '--b--',
  ];
  await desk.send('mailer-daemon@example.net', 'Undelivered', bounce.join('\n'), {
    'Content-Type': 'multipart/report; report-type=delivery-status; boundary=b',
  });
}

test.describe.configure({ mode: 'serial' });

test('mail arrives for the pages to show', async ({ browser, desk, as }) => {
  await morning(desk);
  const page = await as('paul');
  for (const [path, words] of [['/tickets', 'library'], ['/delivery-errors', 'nobody@college.test']]) {
    await expect(async () => {
      await page.goto(path);
      await expect(page.getByRole('main')).toContainText(words, { timeout: 500 });
    }).toPass({ timeout: 20_000 });
  }
  const context = await browser.newContext({ baseURL: desk.url });
  const amira = await context.newPage();
  await signIn(amira, 'amira');
  await amira.goto('/rereading');
  await amira.getByRole('button', { name: 'Read all kept messages again' }).click();
  await expect(async () => {
    await amira.goto('/rereading');
    await expect(amira.getByRole('main')).toContainText('Every message reads as before', { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await context.close();
});

for (const theme of ['light', 'dark'] as const) {
  for (const width of [390, 1280]) {
    test(`every page, ${theme}, ${width} px`, async ({ browser, desk }) => {
      test.setTimeout(180_000);
      let who: Login | undefined;
      let context = await browser.newContext();
      let page = await context.newPage();
      for (const [name, place, login] of PAGES) {
        if (login !== who) {
          await context.close();
          context = await browser.newContext({ baseURL: desk.url, colorScheme: theme, viewport: { width, height: 900 } });
          page = await context.newPage();
          if (name !== 'sign-in') await signIn(page, login);
          who = login;
        }
        if (name === 'sign-in') who = undefined;
        await page.goto(typeof place === 'string' ? place : await place(page));
        await page.screenshot({ path: `${SHOTS}/${name}-${width}-${theme}.png`, fullPage: true });
        const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        expect(wider, `${name} is no wider than the screen`).toBeLessThanOrEqual(0);
        const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
        expect(found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
      }
      await context.close();
    });
  }
}
