import open from 'open';

/** Opens a link where somebody can see it: not in CI, not with BROWSER=none, not on a Linux without a display. */
export const openBrowser = async (
	link: string,
	env: Readonly<Record<string, string | undefined>>,
	platform: NodeJS.Platform,
): Promise<void> => {
	if (!hasDesktop(env, platform)) return;
	// The link stands in the terminal, so a browser that can't be started is no failure.
	await open(link).catch(() => undefined);
};

export const hasDesktop = (env: Readonly<Record<string, string | undefined>>, platform: NodeJS.Platform): boolean => {
	if (env.BROWSER === 'none' || env.CI) return false;
	return platform === 'win32' || platform === 'darwin' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
};
