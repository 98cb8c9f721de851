/** What is needed only once somebody has written or sends a file: loaded then, and not before. */
export { drawFile } from './file.ts'
export { Line } from './line.ts'
export { drawOffer } from './offer.ts'
export { drawPreChat } from './pre-chat.ts'
export { drawRating } from './rating.ts'
export { beep } from './sound.ts'
export { drawTyping } from './typing.ts'
export { drawTray } from './tray.ts'
