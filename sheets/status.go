package sheets

import (
	"strings"

	"runnerdb/club"
)

// Unknown is the status of a runner whose race has no stated outcome. A result
// can't be stored with it.
const Unknown club.Status = "unknown"

// endings lists the words for each status, folded, without spaces.
var endings = map[club.Status]string{
	club.Finished: `finisher finished finish fin f ok classified official complete completed done finaliste arrive classe classé im ziel imziel gewertet
		finalizado terminado finalizo llegado concluido completou concluiu arrivato classificato gefinisht voltooi klaar ukonczyl fullfort τερματισε финишировал
		完赛 完賽 完走 valid yes`,
	club.DidNotFinish: `dnf didnotfinish notfinished didntfinish abandon abandoned abandonne ab abd aband abandono abandonado abandona abandonan abandons nofinaliza nofinalizo nofin dnfs nonfinishers nichtimziel nvk nv nk retired ret rtd retirado retirada retirou
		didnotcomplete notcompleted dnc bailed bail bailedout swept sweptup rescued injured injury sick medical collapsed lapped withdrew wd dropped droppedout dropout nonfinisher nonfinish aufgegeben aufgabe ausgeschieden ausg aufg noterminado noterminó noterminofin noterminó
		naoterminou naocompletou desistiu desistencia ritirato rit ritirata nonarrivato uitgevallen uitgeval opgegee opgegeven nieklaar nievoltooi nievoltooid
		nieukonczyl brutt brot keskeyttanyt εγκατελειψε сошел сошёл 棄権 リタイア 途中棄権 기권 未完赛 未完賽 退赛 退賽 dnff`,
	club.DidNotStart: `nosale nopresenta dnss nonstarters nonstart nichtgestarted dns didnotstart notstarted notstart didntstart nonstarter nostart noshow nonpartant np nonparti absent abs niegestartet nichtgestartet
		nichtangetreten na nosalio nopresentado nosepresento ausente naolargou naopartiu naocompareceu faltou nonpartito assente nietgestart afwezig niebegin
		niegestart niegestartnie niebeginnie niewystartowal nestartoval ejstart startetikke δενεκκινησε нестартовал 欠場 결장 未出发 未出賽 未出赛 缺席 dnsf withdrawn scratched`,
	club.Disqualified: `disqualifications disqualifies desclasificado descalifica dsqs dqs dsq dq disq disqualified disqualification disqualifie disqualifiee disqualifiziert disqu descalificado descalificada desc desclassificado
		desclassificada squalificato squalificata squal gediskwalifiseer gediskwalificeerd gediskwal diskw dyskwalifikacja diskvalificeret diskvalifisert
		diskad αποκλειστηκε дисквалифицирован 失格 실격 取消资格 取消資格 dqf`,
	club.OutOfTime: `uof oot otl outoftime overtime overtimelimit timelimit timeout timedout cutoff missedcutoff missedthecutoff aftercutoff overcutoff outsidecutoff cutofftime unofficialfinish unofficialfinisher horsdelai hd
		horsdelais zeituberschreitung zeitlimit fueradetiempo fueradecontrol fueradelimite foradotempo fuoritempo fuoritempomassimo ftm buitentijd buitetyd afsnytyd
		tekstyd hc oct 关门 關門 超时 超時`,
	Unknown: `started racing running oncourse inprogress pending unofficial unknown noresult notime nt nr nc nonclasse noclasificado unclassified
		gestartet parti entered registered checkedin`,
}

var statusByWord = func() map[string]club.Status {
	statuses := map[string]club.Status{}
	for status, list := range endings {
		for one := range strings.FieldsSeq(list) {
			statuses[word(one)] = status
		}
	}
	return statuses
}()

// statusOf reads a word for a status.
func statusOf(text string) (club.Status, bool) {
	key := strings.Trim(word(text), "#%+-/")
	if key == "" {
		return "", false
	}
	if status, known := statusByWord[key]; known {
		return status, true
	}
	// DNF (injured), missed cut-off @ 30 km
	parts := strings.FieldsFunc(club.Fold(text), func(r rune) bool { return strings.ContainsRune(" ()[]-:,;@/", r) })
	for n := min(len(parts)-1, 4); n > 0; n-- {
		if status := statusByWord[word(strings.Join(parts[:n], ""))]; status != "" && status != club.Finished && status != Unknown {
			return status, true
		}
	}
	return "", false
}
