import { type Notice, notice } from './notice.js';
import type { Connection, ViewState } from './view-state.js';
import { capitalised, counted } from './words.js';

/** What there is to say of the connection, and of what the engine lacks. */
export const engineNotices = ({ connection, status, catalog, interrupted }: ViewState): Notice[] => {
	if (connection.state === 'ready') {
		return status !== null && status.ffmpeg === null
			? [
					notice(
						'ffmpeg-missing',
						'engine',
						'failure',
						'ffmpeg is missing, so no file can be read. Run segue doctor: it prints the command that installs it.',
						['Check again', 'reload'],
					),
				]
			: [];
	}
	return [connectionNotice(connection, catalog?.tracks ?? null, interrupted)];
};

const connectionNotice = (
	connection: Exclude<Connection, { state: 'ready' }>,
	tracks: number | null,
	interrupted: ViewState['interrupted'],
): Notice => {
	switch (connection.state) {
		case 'connecting':
			return notice(
				'engine-starting',
				'engine',
				'busy',
				'Connecting to the engine. After a restart of the computer this can take 20 s.',
			);
		case 'lost': {
			const kept = tracks === null ? '' : ` ${counted(tracks, 'track')} ${tracks === 1 ? 'is' : 'are'} saved.`;
			const job = interrupted === null ? '' : ` ${capitalised(interrupted)} starts again when it is back.`;
			const text = `Lost the engine.${kept}${job} Start it with segue serve; trying again in ${Math.ceil(connection.retryIn)} s.`;
			return notice('engine-lost', 'engine', 'failure', text, ['Try now', 'reconnect']);
		}
		case 'refused':
			return refusalNotice(connection.failure.code, connection.failure.detail, connection.failure.remedy);
	}
};

const refusalNotice = (code: string, detail: string, remedy: string): Notice => {
	if (code === 'version-mismatch') {
		return notice(
			'version-mismatch',
			'engine',
			'failure',
			`This page and the engine differ in version: ${detail}. Your index is kept.`,
			['Reload the page', 'reload'],
		);
	}
	if (code === 'unauthorised') {
		return notice(
			'no-key',
			'engine',
			'failure',
			'This page has no key to the engine. Open it with the link that Segue printed in the terminal.',
			['Try again', 'reconnect'],
		);
	}
	return notice('engine-refused', 'engine', 'failure', `The engine can’t work: ${detail}. ${remedy}`, [
		'Try again',
		'reconnect',
	]);
};
