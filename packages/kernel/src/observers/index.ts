export { type ObserversOptions, observersModule } from './module.ts'
export { type EventObserver, type Notice, type Notifier, noticeOf, observing } from './observer.ts'
