/** How it stands with the engine, as the panel shows it before its page can. */
export type EngineState =
	| { readonly state: 'starting' }
	/** No engine runs, as far as its file in the data folder says. */
	| { readonly state: 'off' }
	/** UXP lets us reach no address. */
	| { readonly state: 'blocked'; readonly detail: string }
	| { readonly state: 'refused'; readonly code: string; readonly detail: string }
	/** `page` is the page's address. */
	| { readonly state: 'ready'; readonly page: string };

/** What to show: what happened, what still works, what to do. Null while the page is there to say it. */
export const sentenceFor = (state: EngineState): { readonly text: string; readonly action: string } | null => {
	switch (state.state) {
		case 'starting':
			return { text: 'Connecting to the Segue engine on this computer.', action: 'Try now' };
		case 'off':
			return {
				text: 'The Segue engine is not running. Start it with segue serve; the panel connects by itself. Your timeline and your index are as they were.',
				action: 'Try now',
			};
		case 'blocked':
			return {
				text: `Premiere blocks the way to the engine (${state.detail}). Remove and install the plugin again; its manifest names the addresses that it needs.`,
				action: 'Try now',
			};
		case 'refused':
			return {
				text:
					state.code === 'version-mismatch'
						? `Panel and engine differ in version: ${state.detail}. Update the older one. Your index is kept.`
						: `The engine turned the panel away: ${state.detail}.`,
				action: 'Try now',
			};
		case 'ready':
			return null;
	}
};
