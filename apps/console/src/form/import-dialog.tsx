/** Creates from a CSV file: it is checked first, each line has a result, and only then anything is made. */
import { Button, Modal, Spin } from 'antd'
import { useState } from 'react'
import type { ImportAnswer } from '../api/bulk.ts'
import { type ApiProblem, problemOf } from '../api/problem.ts'
import type { Kind } from '../api/types.ts'
import { ProblemAlert } from '../app/problem-alert.tsx'
import { useApi } from '../data/context.tsx'
import { heading, inSentence } from '../format/words.ts'
import { FileDrop } from '../image/file-drop.tsx'
import { t } from '../text/index.ts'
import { Results } from './results.tsx'

interface Report {
  answer: ImportAnswer
  rehearsed: boolean
}

function useImport(kind: Kind) {
  const api = useApi()
  const [file, setFile] = useState<File>()
  const [report, setReport] = useState<Report | null>(null)
  const [problem, setProblem] = useState<ApiProblem | null>(null)
  const [pending, setPending] = useState(false)
  const [key, setKey] = useState('')

  async function send(content: File, rehearsed: boolean, under: string): Promise<void> {
    setPending(true)
    setProblem(null)
    try {
      setReport({ answer: await api.importCsv(kind, content, rehearsed, under), rehearsed })
    } catch (error) {
      setProblem(problemOf(error))
    } finally {
      setPending(false)
    }
  }

  return {
    file,
    report,
    problem,
    pending,
    check(chosen: File): void {
      const fresh = crypto.randomUUID()
      setFile(chosen)
      setReport(null)
      setKey(fresh)
      void send(chosen, true, fresh)
    },
    make: () => file && void send(file, false, key),
  }
}

function Lines({ report: { answer, rehearsed } }: { report: Report }) {
  const { counts, ignored, items } = answer
  const parameters = { accepted: counts.accepted, total: counts.total }
  return (
    <>
      <p role="status">
        {t(rehearsed ? 'csv.checked' : 'csv.made', parameters)}
        {ignored.length > 0 && ` ${t('csv.ignored', { columns: ignored.join(', ') })}`}
      </p>
      <Results
        heading={t('csv.line')}
        rehearsed={rehearsed}
        results={items.map((item) => ({ ...item, key: String(item.line), label: String(item.line) }))}
      />
    </>
  )
}

export function ImportDialog({ kind, onClose }: { kind: Kind; onClose(): void }) {
  const { file, report, problem, pending, check, make } = useImport(kind)
  const possible = report?.rehearsed ? report.answer.counts.accepted : 0
  const done = report !== null && !report.rehearsed
  return (
    <Modal
      open
      width={720}
      title={t('csv.title', { kinds: inSentence(heading(kind.plural)) })}
      onCancel={onClose}
      footer={
        done ? (
          <Button type="primary" onClick={onClose}>
            {t('bulk.close')}
          </Button>
        ) : (
          <>
            <Button onClick={onClose}>{t('action.cancel')}</Button>
            <Button type="primary" disabled={possible === 0} loading={pending} onClick={make}>
              {t('csv.make', { count: possible })}
            </Button>
          </>
        )
      }
    >
      {!done && (
        <>
          <p className="muted">{t('csv.hint')}</p>
          <FileDrop accept=".csv,text/csv" value={file} onChange={check} />
        </>
      )}
      {problem && (
        <ProblemAlert
          // Each column at fault has a remedy of its own.
          problem={{ message: problem.message, remedy: problem.errors.length > 0 ? null : problem.remedy }}
          details={problem.errors.map(({ field, message, remedy }) =>
            [field, message, remedy].filter(Boolean).join(' '),
          )}
        />
      )}
      {pending && !report && <Spin className="center" />}
      {report && <Lines report={report} />}
    </Modal>
  )
}
