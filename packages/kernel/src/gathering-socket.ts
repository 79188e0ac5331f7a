/**
 * What is written within one turn of the event loop leaves in one go. Statements that are sent together are then one system call, and the
 * server finds them all when it wakes.
 */
import { Socket } from 'node:net'

export function gatheringSocket(): Socket {
  const socket = new Socket()
  const write: (...written: never[]) => boolean = socket.write.bind(socket)
  let gathers = false
  socket.write = (...written: unknown[]): boolean => {
    if (!gathers) {
      gathers = true
      socket.cork()
      process.nextTick(() => {
        gathers = false
        socket.uncork()
      })
    }
    return write(...(written as never[]))
  }
  return socket
}
