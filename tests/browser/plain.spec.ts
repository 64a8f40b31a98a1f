// Without JavaScript, and with a keyboard only, the job can be done.
import type { Page } from '@playwright/test';
import { test, expect, signIn, PASSWORD } from './console';

test('without JavaScript a ticket is worked from sign-in to its end', async ({ browser, desk }) => {
  const context = await browser.newContext({ baseURL: desk.url, javaScriptEnabled: false });
  const page = await context.newPage();
  await signIn(page, 'paul');
  await page.goto('/tickets/new');
  await page.getByLabel('Subject').fill('Caller says our student sends spam');
  await page.getByLabel('What was said or written').fill('Mr Example rang at ten.');
  await page.getByRole('button', { name: 'Open the ticket' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Caller says our student sends spam');
  await page.getByRole('button', { name: /investigat/i }).click();
  await page.getByLabel('Note', { exact: true }).fill('Asked the student.');
  await page.getByRole('button', { name: 'Add the note' }).click();
  await expect(page.locator('#timeline')).toContainText('Asked the student.');
  const close = page.locator('details.ask', { has: page.locator('summary', { hasText: /close/i }) });
  if (await close.count()) {
    await close.locator('summary').click();
    await close.getByLabel(/Reason/).fill('It was a mistake of the caller.');
    await close.getByRole('button', { name: /close/i }).click();
  } else {
    await page.getByRole('button', { name: /close/i }).click();
  }
  await expect(page.getByRole('region', { name: 'State' }).getByText('closed').first()).toBeVisible();
  await context.close();
});

/** Tabs on until the focus is on what the words name. */
async function tabTo(page: Page, name: RegExp) {
  for (let steps = 0; steps < 120; steps++) {
    await page.keyboard.press('Tab');
    const words = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      const label = at?.id ? document.querySelector(`label[for="${at.id}"]`)?.textContent : '';
      return [at?.getAttribute('aria-label'), label, at?.textContent].join(' ').trim();
    });
    if (name.test(words)) return;
  }
  throw new Error(`the keyboard does not reach ${name}`);
}

test('with a keyboard only, a complaint is read, noted and taken on', async ({ page, desk }) => {
  await desk.send('lou@example.net', 'Keyboard complaint', 'I complain about spam from your server 192.0.2.10. Stop this abuse.');
  await page.goto('/sign-in');
  await expect(page.getByLabel('Login')).toBeFocused();
  await page.keyboard.type('paul');
  await tabTo(page, /Password/);
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press('Enter');
  await expect(page).not.toHaveURL(/sign-in/);

  await expect(async () => {
    await page.goto('/tickets?q=keyboard');
    await expect(page.getByRole('link', { name: /Keyboard complaint/ }).first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await page.keyboard.press('j');
  await page.keyboard.press('o');
  await expect(page.getByRole('heading', { level: 1 })).toContainText('Keyboard complaint');

  await page.keyboard.press('n');
  await expect(page.getByLabel('Note', { exact: true })).toBeFocused();
  await page.keyboard.type('Read by keyboard.');
  await tabTo(page, /Add the note/);
  await page.keyboard.press('Enter');
  await expect(page.locator('#timeline')).toContainText('Read by keyboard.');

  await tabTo(page, /investigat/i);
  await page.keyboard.press('Enter');
  await expect(page.getByRole('region', { name: 'State' }).getByText('investigating').first()).toBeVisible();
});
