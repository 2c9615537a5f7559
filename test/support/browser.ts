import { existsSync } from 'node:fs';
import { type Browser, chromium } from 'playwright-core';

const CANDIDATES = [
	process.env.CHROMIUM_PATH,
	'/usr/bin/chromium',
	'/usr/bin/chromium-browser',
	'/usr/bin/google-chrome',
	'/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
	'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

/** A headless Chromium of this computer. Rejects with what to install where there is none. */
export const openBrowser = async (): Promise<Browser> => {
	const executablePath = CANDIDATES.find(path => path !== undefined && existsSync(path));
	if (!executablePath) {
		throw new Error(
			'These tests drive a real browser: install Chromium (apt-get install chromium), or name one in CHROMIUM_PATH.',
		);
	}
	return chromium.launch({
		executablePath,
		args: [
			'--no-sandbox',
			'--disable-gpu',
			'--disable-quic',
			'--no-first-run',
			'--disable-background-networking',
			'--disable-component-update',
			'--disable-sync',
		],
	});
};
