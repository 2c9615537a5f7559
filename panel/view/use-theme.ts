import { useEffect } from 'react';
import type { Settings } from '../../engine/protocol/messages.js';
import { useView } from './page-context.js';

const KEY = 'segue.theme';

/**
 * The colour scheme of the settings; null follows the system. Until the engine has told the settings it is the one of the
 * last visit, so that a page doesn't flash.
 */
export const useTheme = (): 'dark' | 'light' | null => {
	const { settings } = useView();
	const theme = settings?.theme ?? remembered();
	useEffect(() => {
		if (settings !== null) remember(settings.theme);
	}, [settings]);
	return theme === 'system' ? null : theme;
};

const remembered = (): Settings['theme'] => {
	try {
		const stored = localStorage.getItem(KEY);
		return stored === 'dark' || stored === 'light' ? stored : 'system';
	} catch {
		return 'system';
	}
};

const remember = (theme: Settings['theme']): void => {
	try {
		localStorage.setItem(KEY, theme);
	} catch {
		// Storage may be switched off; then the page flashes when it is loaded.
	}
};
