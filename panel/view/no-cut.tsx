import { ActionButton } from '@adobe/react-spectrum/ActionButton';
import type { Notice } from '../state/notice.js';
import { NoticeList } from './notice-list.js';
import { usePage, useView } from './page-context.js';

/** The place of the cut while there is none: what happens, and where one could come from. */
export const NoCut = ({ notices }: { notices: readonly Notice[] }) => {
	const { commands } = usePage();
	const { cut, status, connection } = useView();
	const demos = connection.state === 'ready' && cut.state !== 'opening' ? (status?.demoCuts ?? []) : [];
	return (
		<section className="no-cut" aria-label="Cut">
			{connection.state === 'ready' && <NoticeList notices={notices} />}
			{demos.length > 0 && (
				<p className="demos">
					<span className="dim">Or try one that comes with Segue:</span>
					{demos.map(demo => (
						<ActionButton key={demo.name} onPress={() => void commands.cuts.open({ kind: 'demo', ...demo })}>
							{demo.title}
						</ActionButton>
					))}
				</p>
			)}
		</section>
	);
};
