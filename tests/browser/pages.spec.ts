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
  ['domains', '/domains', 'paul'],
  ['domain', '/domains/college.test', 'paul'],
  ['domain-addresses', '/domains/college.test/addresses', 'paul'],
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

/** What another mail system reports of three weeks: a mailer's signature fails since yesterday, a certificate has expired. */
async function reports(desk: Console) {
  const today = Math.floor(Date.now() / 86_400_000);
  for (let days = 21; days > 0; days--) {
    const begin = (today - days) * 86_400;
    const row = (source: string, count: number, dkim: string, spf: string, domain: string) =>
      `<record><row><source_ip>${source}</source_ip><count>${count}</count><policy_evaluated>`
      + `<disposition>${dkim === 'fail' ? 'quarantine' : 'none'}</disposition><dkim>${dkim}</dkim><spf>${spf}</spf>`
      + '</policy_evaluated></row>\n<identifiers><header_from>college.test</header_from></identifiers><auth_results>'
      + `<dkim><domain>college.test</domain><selector>s1</selector><result>${dkim}</result></dkim>\n`
      + `<spf><domain>${domain}</domain><result>pass</result></spf></auth_results></record>`;
    const letter = [
      '<feedback><report_metadata><org_name>Big Mail</org_name><email>d@bigmail.test</email>',
      `<report_id>r${days}</report_id><date_range><begin>${begin}</begin><end>${begin + 86_399}</end></date_range>`,
      '</report_metadata><policy_published><domain>college.test</domain><p>quarantine</p><sp>none</sp></policy_published>',
      row('192.0.2.25', 300 + ((days * 37) % 120), 'pass', 'pass', 'college.test'),
      row('198.51.100.140', 40 + ((days * 13) % 30), days > 1 ? 'pass' : 'fail', 'fail', 'bounce.mailer.test'),
      row('2001:db8:77::5', 3, 'fail', 'fail', 'lists.example.org'), '</feedback>',
    ];
    await desk.send('dmarc@bigmail.test', `Report ${days}`, letter.join('\n'), { 'Content-Type': 'application/xml' });
  }
  const day = new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);
  const tls = {
    'organization-name': 'Big Mail', 'contact-info': 't@bigmail.test', 'report-id': 't1',
    'date-range': { 'start-datetime': `${day}T00:00:00Z`, 'end-datetime': `${day}T23:59:59Z` },
    policies: [{
      policy: { 'policy-type': 'sts', 'policy-string': ['version: STSv1', 'mode: enforce'], 'policy-domain': 'college.test' },
      summary: { 'total-successful-session-count': 412, 'total-failure-session-count': 3 },
      'failure-details': [
        { 'result-type': 'certificate-expired', 'receiving-mx-hostname': 'backup.college.test', 'failed-session-count': 3 },
      ],
    }],
  };
  await desk.send('tlsrpt@bigmail.test', 'TLS', JSON.stringify(tls, null, 1), { 'Content-Type': 'application/tlsrpt+json' });
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
  await reports(desk);
}

test.describe.configure({ mode: 'serial' });

test('mail arrives for the pages to show', async ({ browser, desk, as }) => {
  await morning(desk);
  const page = await as('paul');
  for (const [path, words] of [['/tickets', 'library'], ['/delivery-errors', 'nobody@college.test'], ['/domains/college.test', 'now fails']]) {
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
