import { useState } from 'react';

type Scheme = 'dark' | 'light';

const KEY = 'segue.theme';

/** The theme that was chosen on this page before; null follows the system. */
export const useTheme = (): { readonly scheme: Scheme | null; readonly change: () => void } => {
	const [scheme, setScheme] = useState<Scheme | null>(remembered);
	const change = (): void => {
		const isDark = scheme === null ? matchMedia('(prefers-color-scheme: dark)').matches : scheme === 'dark';
		const next = isDark ? 'light' : 'dark';
		setScheme(next);
		try {
			localStorage.setItem(KEY, next);
		} catch {
			// Storage may be switched off; then the choice lasts as long as the page.
		}
	};
	return { scheme, change };
};

const remembered = (): Scheme | null => {
	try {
		const stored = localStorage.getItem(KEY);
		return stored === 'dark' || stored === 'light' ? stored : null;
	} catch {
		return null;
	}
};
