// The second factor: set up at the first sign-in, asked for at the next, looked over by axe in both themes.
import AxeBuilder from '@axe-core/playwright';
import { createHmac } from 'node:crypto';
import type { Page } from '@playwright/test';
import { test, expect, PASSWORD } from './console';

test.use({ factor: true });
test.describe.configure({ mode: 'serial' });

const SHOTS = `${process.env.POSTDESK_RESULTS ?? '../../target/test/browser'}-pictures`;
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The code of RFC 6238 that an authenticator shows so many steps from now. */
function code(key: string, steps = 0): string {
  const bits = [...key.replace(/\s/g, '')].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = Buffer.from(bits.match(/.{8}/g)!.map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const mac = createHmac('sha1', bytes).update(counter).digest();
  return ((mac.readUInt32BE(mac[mac.length - 1] & 15) & 0x7fffffff) % 1_000_000).toString().padStart(6, '0');
}

async function password(page: Page, login: string) {
  await page.goto('/sign-in');
  await page.getByLabel('Login').fill(login);
  await page.getByLabel('Password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function look(page: Page, name: string) {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const width of [390, 1280]) {
      await page.setViewportSize({ width, height: 900 });
      await page.screenshot({ path: `${SHOTS}/${name}-${width}-${colorScheme}.png`, fullPage: true });
      const wider = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      expect(wider, `${name} is no wider than the screen`).toBeLessThanOrEqual(0);
      const found = await new AxeBuilder({ page }).withTags(RULES).analyze();
      expect(found.violations.map((v) => `${name}: ${v.id}: ${v.nodes.map((n) => n.target).join(' ')}`)).toEqual([]);
    }
  }
}

let key = '';
let spare: string[] = [];

test('a second factor is set up at the first sign-in, without JavaScript', async ({ browser, desk }) => {
  const context = await browser.newContext({ baseURL: desk.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await password(page, 'amira');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Set up a second factor');
  await expect(page.getByRole('img', { name: /picture for an authenticator/ })).toBeVisible();
  await page.goto('/tickets');
  await expect(page.getByRole('heading', { level: 1 }), 'half a sign-in opens nothing else').toHaveText('Set up a second factor');
  key = await page.locator('code').innerText();
  await page.getByLabel('Code').fill('000000');
  await page.getByRole('button', { name: /Set it up/ }).click();
  await expect(page.getByRole('alert')).toContainText('does not fit');
  await page.getByLabel('Code').fill(code(key));
  await page.getByRole('button', { name: /Set it up/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recovery codes');
  const codes = await page.getByRole('listitem').allInnerTexts();
  expect(codes).toHaveLength(10);
  spare = codes;
  await page.getByRole('link', { name: 'I have kept them' }).click();
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Recovery codes');
  await page.goto('/account');
  await expect(page.getByText('10 recovery codes are left')).toBeVisible();
  await context.close();
});

test('the code is asked for at the next sign-in, and works once', async ({ page }) => {
  await password(page, 'amira');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Second factor');
  await expect(page.getByLabel('Code')).toBeFocused();
  await look(page, 'sign-in-code');
  await page.getByLabel('Code').fill(code(key, 1));
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/sign-in/);
  await page.goto('/account');
  await expect(page.getByText('10 recovery codes are left')).toBeVisible();
  await look(page, 'my-account-factor');
  await page.goto('/account/second-factor');
  await look(page, 'account-second-factor');
  await page.goto('/confirmations');
  await look(page, 'confirmations-none');

  await page.context().clearCookies();
  await password(page, 'amira');
  await page.getByLabel('Code').fill(code(key, 0));
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByRole('alert'), 'an older code than the last one').toContainText('used already');
  await page.getByLabel('Code').fill(spare[0]);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(page.getByText('9 are left')).toBeVisible();
});

test('the pages of the second factor, by axe, and a colleague confirms', async ({ browser, desk }) => {
  test.setTimeout(120_000);
  const context = await browser.newContext({ baseURL: desk.url });
  const page = await context.newPage();
  await password(page, 'ada');
  await look(page, 'sign-in-enrolment');
  await page.getByLabel('Code').fill(code(await page.locator('code').innerText()));
  await page.getByRole('button', { name: /Set it up/ }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Recovery codes');
  await look(page, 'recovery-codes');

  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto('/accounts');
  await page.getByRole('link', { name: 'Paul Adeyemi' }).click();
  await look(page, 'account-of-another');
  await page.getByLabel(/Authorised postmaster/).check();
  await page.locator('#reason').fill('takes over from Tom');
  await page.locator('#roles-password').fill(PASSWORD);
  await page.getByRole('button', { name: 'Save the roles' }).click();
  await expect(page.getByText('This takes effect when another authorised postmaster confirms it.')).toBeVisible();
  await context.close();

  const other = await browser.newContext({ baseURL: desk.url });
  const amira = await other.newPage();
  await password(amira, 'amira');
  // The step of this half minute may be used up.
  await amira.getByLabel('Code').fill(spare[1]);
  await amira.getByRole('button', { name: 'Sign in', exact: true }).click();
  await expect(amira).not.toHaveURL(/sign-in/);
  await amira.goto('/');
  await expect(amira.getByText('Waits for a confirmation')).toBeVisible();
  await look(amira, 'today-confirmation');
  await amira.goto('/confirmations');
  await look(amira, 'confirmations');
  await amira.setViewportSize({ width: 1280, height: 900 });
  await amira.locator('summary', { hasText: 'Confirm' }).click();
  await expect(amira.getByRole('dialog')).toBeVisible();
  await look(amira, 'confirmation-dialog');
  const dialog = amira.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('I asked Paul himself.');
  await dialog.getByLabel('Your own password').fill(PASSWORD);
  await dialog.getByRole('button', { name: 'Confirm', exact: true }).click();
  await expect(amira.getByText('You have confirmed')).toBeVisible();
  await other.close();
});
