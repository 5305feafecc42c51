package sheets

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Field is the kind of value that a column holds.
type Field string

// The fields. Skip is a known column that is not needed, such as the pace.
// Private is personal data, which includes Email and Phone unless they were
// asked for.
const (
	Position Field = "position"
	Bib      Field = "bib"
	Name     Field = "name"
	First    Field = "first"
	Last     Field = "last"
	Time     Field = "time"
	Net      Field = "net"
	Gun      Field = "gun"
	Ending   Field = "status"
	SexOf    Field = "sex"
	Category Field = "category"
	Age      Field = "age"
	Born     Field = "born"
	Club     Field = "club"
	Licence  Field = "licence"
	Event    Field = "event"
	Distance Field = "distance"
	Email    Field = "email"
	Phone    Field = "phone"
	Skip     Field = "skip"
	Private  Field = "private"
)

// Fields lists the fields that a person can choose for a column, in the order
// of the chooser.
var Fields = []Field{
	Name, First, Last, Time, Net, Gun, Ending, Position, Bib, SexOf, Category, Age, Born, Club, Licence, Event, Distance, Email, Phone, Skip,
}

// ParseField returns the field with a name that a person can choose.
func ParseField(name string) (Field, error) {
	field := Field(strings.ToLower(strings.TrimSpace(name)))
	if !slices.Contains(Fields, field) {
		known := make([]string, len(Fields))
		for i, f := range Fields {
			known[i] = string(f)
		}
		return "", fmt.Errorf("%q is none of %s", clip(name, 20), strings.Join(known, ", "))
	}
	return field, nil
}

// Provisional fields, which the values of the columns settle: a finish may be a
// time of day, a place may be a town, and a number may be a race number.
const (
	finish Field = "finish"
	place  Field = "place"
	number Field = "number"
	start  Field = "start"
)

// synonyms lists the names that timers give columns, folded, without spaces:
// English, German, French, Spanish, Portuguese, Italian, Dutch, Afrikaans,
// Polish, Czech, the Scandinavian languages, Greek, Russian and Chinese.
var synonyms = map[Field]string{
	Position: `classementscratch cltscratch clasificaciongeneral posgeneral posicionfinal ordem ordre ordine arrivo# volgorde pos pos# position posn 順位 総合順位 着順 순위 등수 helyezes helyezett sira siralama loc locul mjesto koht vieta indawo isikhundla boemo maemo overall overallpos overallposition overallplace overallrank oapos oaplace rank ranking rk pl plc plz platz platzierung
		gesamtplatz gesamtrang rang rangoverall classement clt cl placegeneral placescratch scratch classementgeneral posicion puesto posiciongeneral clas clasificacion
		posicao coloc colocacao classificacao classgeral lugar posizione posiz piazzamento classifica classificaassoluta plaats positie plek posisie algehele
		algeheleposisie miejsce poradi placering plassering sija finishpos finishposition finishplace finpos raceposition racepos
		overallgunrank overallnetrank θεση καταταξη σειρα место 名次 排名 总名次 總名次 overallranking poz pozycja mp gesplatz platzges`,
	place:  `place`,
	number: `inombolo nomoro no nr num number numero n # nummer nro numer č`,
	Bib: `ナンバー ナンバーカード ゼッケン ゼッケン番号 배번 배번호 rajtszam gogusno gogusnumarasi startnibroj stbr startnastevilka nrconcurs bib bib# bibno bibnr bibnum bibnumber bibs start# st# raceno racenr racenumber race# racenum startnr startno startnummer startnumber stnr stno snr startn dossard
		nodossard ndossard numdossard dorsal numerodorsal ndorsal peito numeropeito npeito numerodepeito pettorale pett pettn numeropettorale wedstrijdnummer
		borstnummer rugnummer wedloopnommer wedlnr nommer startlistanr startovnicislo startoveccislo startnumer numerstartowy runnerno runnernumber competitorno
		competitornumber athleteno vestno num# brustnummer νουμερο αριθμος αρ номер стартовыйномер 号码 號碼 號碼布 参赛号 參賽號 号码布 racenumbers startnummr chipno bibid`,
	Name: `氏名 名前 選手名 ランナー名 이름 성명 nev adsoyad adisoyadi adi isim numeprenume numesiprenume nume imeprezime imeiprezime imeinprezime ime nimi igama amagama lebitso mabitso igamanesibongo igamanefani parkrunner name names fullname fullnames runner runners runnername athlete athletename athletes competitor competitorname participant participantname entrant
		nameandsurname namesurname firstnamelastname firstlast nom noms nomprenom nometprenom prenomnom coureur concurrent athletefull participante nombre
		nombreyapellidos nombreyapellido nombrecompleto corredor corredora atleta nombres nome nomecompleto nomedoatleta nomecognome
		naam volledigenaam deelnemer loper atleet naamenvan naamvan teilnehmer teilnehmerin laufer lauferin vornamename nameundvorname nameuvorname vornameundname vorundnachname
		vornamenachname imieinazwisko zawodnik jmeno navn namn nimi deltager deltaker lober loper onoma ονομα ονοματεπωνυμο αθλητης
		ονοματεπωνυμοαθλητη имя фамилияимя фио участник 姓名 名字 选手 選手 选手姓名 選手姓名 nimisukunimi winner apellidosynombre apellidosynombres apellidosnombre
		surnameinitials surnameandinitials surnameinitial surnamefirstnames surnamefirstname vanenvoorletters vanvoorletters
		cognomenome cognomeenome nominativo surnamename surnameandname surnamefirstname surnamefirst lastfirst lastnamefirstname lastnamefirst nazwiskoimie
		nazwiskoiimie prijmenijmeno jmenoaprijmeni jmenoprijmeni nachnamevorname namevorname achternaamvoornaam vanennaam vannaam naamenvan επωνυμοονομα
		nomsprenoms namesurnames firstnamesurname athletesname`,
	First: `keresztnev prenume eesnimi 名 firstname first firstnames givenname given givennames forename forenames christianname knownas vorname prenom prenoms nombrepila primeironome
		voornaam voorname noemnaam imie krestnijmeno fornavn fornamn etunimi initials initial voorletters`,
	Last: `vezeteknev prezime priimek soyad soyadi perenimi 姓 lastname last surname surnames familyname secondname nachname familienname zuname nomdefamille apellido apellidos primerapellido sobrenome apelido
		isibongo ifani sefane fane cognome achternaam van nazwisko prijmeni etternavn efternavn efternamn sukunimi επωνυμο επιθετο фамилия`,
	Time: `タイム 記録 기록 ido sure zaman timp timpul vrijeme aeg laiks isikhathi ixesha nako performance perf mark time times t racetime finishtime finishingtime fintime officialtime totaltime finaltime elapsed elapsedtime actualtime actualt actual runtime result
		resulttime zeit endzeit zielzeit laufzeit gesamtzeit temps tps tempsfinal tempstotal tempsofficiel chrono tiempo tiempofinal tiempototal tiempooficial marca
		tempo tempofinale tempototal tempofinal tempooficial tempoufficiale tempogara tijd eindtijd totaletijd tyd eindtyd totaletyd amptelike czas wynik cas
		tid sluttid aika χρονος τελικοςχρονος время результат 成绩 成績 时间 時間 完赛时间 完賽時間 总成绩 總成績 mytime clocktimefinish resultado resultat resultaat`,
	Net: `ネットタイム ネット 넷타임 nettoido netsure timpnet netovrijeme netoaeg net nett nettime netttime netto nettozeit nettotijd nettotid nettotyd chip chiptime chipt chipfinish chipfinishtime chipelapsed chipzeit realtime real
		tempsreel tempsnet tempschip tempspuce reel tiemponeto tiemporeal tiempochip neto tempoliquido liquido temporeal temponetto temponet tempochip
		nettoaika nettotime czasnetto chiptyd nettotyds netfinish nettotime chiptijd chiptid nettime(chip) κaθαροςχρονος καθαροςχρονος καθαρος чистоевремя
		净成绩 淨成績 净时间 淨時間 晶片成績 晶片時間 芯片成绩 个人成绩 個人成績 個人時間 personaltime mat mattime`,
	Gun: `グロスタイム グロス 건타임 bruttoido brutsure timpbrut gun guntime gunt gunfinish gunfinishtime gunelapsed brutto bruttozeit bruttotijd bruttotid bruttoaika officialguntime clock clocktime tempsbrut
		tempscanon tempspistolet brut tiempobruto tiempopistola bruto tempobruto tempolordo temposparo lordo pistool geweertyd skoottyd skiettyd pistooltyd
		czasbrutto brutotyd χρονοςπιστολας μικτος грязноевремя 枪声成绩 槍聲成績 枪声 槍聲 大会成绩 大會成績 大會時間 枪时 槍時`,
	finish: `finish fin finisht ziel arrivee meta chegada arrivo aankomst eindstreep`,
	Ending: `status state results finishstatus racestatus etat estado situacao stato estatus dnf remarks remark comment comments note notes
		bemerkung bemerkungen anmerkung opmerking opmerkings uitslag состояние 状态 狀態 备注 備註`,
	SexOf: `성별 nem cinsiyet spol sugu ubulili isini bong sex gender gen gend g s mf fm m/f f/m mw mwd mk geschlecht geschl sexe genre sexo genero sesso genere geslacht geslag plec pohlavi kjonn kon koen
		sukupuoli φυλο пол 性别 性別`,
	Category: `部門 부문 yaskategoria kategorija yaskategorisi isigaba udidi sehlopha cat category categories categ ak altersklasse akl klasse class division div agegroup agegrp agecat agecategory agegroups ag agedivision
		categorie categoria catedad grupo grupoedad faixa faixaetaria fascia leeftijdsgroep leeftijdscategorie ouderdomsgroep ouderdomsgroep kategorie kategoria
		kategori aldersklasse sarja κατηγορια категория группа group groups gruppe groupe 组别 組別 分组 分組 参赛组别 agecats cats grade altkl leeftijdsklasse`,
	Age: `sexage sex/age agesex age/sex genderage gender/age agegender age/gender s/a sxag ubudala iminyaka dilemo raceage age ageonday ageonraceday alter edad idade eta leeftijd ouderdom wiek vek alder ika ηλικια возраст 年龄 年齡`,
	Born: `yob yearofbirth birthyear year dob dateofbirth birthdate birthday born jg jahrgang geburtsjahr geburtsdatum anneenaissance annee naissance
		datenaissance anonacimiento nacimiento fechanacimiento fechadenacimiento ano anonascimento datanascimento nascimento anno annonascita datanascita nascita
		geboortejaar geboortedatum rokurodzenia rocznik rocnik roknarozeni fodt fodselsar fodelsear syntymavuosi ετοςγεννησης ετος годрождения 出生年`,
	Club: `所属 チーム 소속 egyesulet kulup takim clubul iqembu iqela ikilabhu iklabhu tlelapo club clubs clubname teamclub clubteam team teamname running runningclub athleticclub verein vereinort vereinteam mannschaft equipe clubequipe
		equipo clubequipo clube clubeequipe equipa societa squadra gruppo societasportiva vereniging ploeg klub klubnaam klubb forening lag seura oddil tym
		zespol druzyna συλλογος ομαδα σωματειο клуб команда 俱乐部 俱樂部 队伍 隊伍 团队 團隊 跑团 affiliation school org organisation organization`,
	Licence: `lic licno licnr licnum licence licenceno licencenr licencenumber license licenseno licensenumber asa asano asalic asalicence asalicno asanumber
		asalicenceno licencia licenca licenza nlicence nolicence numlicence numerolicence lizenz lizenznr lisensie lisensienr licentie licentienummer tessera ffa
		ukano urn memberno membershipno`,
	Event: `種目 종목 tav futam event eventname race racename competition contest bewerb wettbewerb lauf strecke epreuve course parcours prueba carrera evento prova percorso
		corsa gara wedstrijd afstandnaam wedloop item konkurs zavod biegi lop løp αγωνας αγωνισμα забег 项目 項目 赛事 賽事 参赛项目`,
	Distance: `dist distance distancia distanz entfernung distanza afstand dystans vzdalenost matka αποσταση дистанция 距离 距離`,
	start:    `start startt starttime starttimes startzeit depart heuredepart salida horasalida partenza largada wegspring starttyd starttijd wavestart`,
	Skip: `seedtime entrytime previoustime previousbest seasonbest seasonsbest goaltime expectedtime projectedtime besttime lastyear timelimit deficit movingtime back timeback teampos teamplace teamposition teamrank teamplacing teampoints teampts pace paces pacekm pacemi pacemile pacepermile pacekm minkm minmile min/km avgpace averagepace finishpace speed kmh km/h kph mph avgspeed vitesse moyenne allure moy ritmo velocidad velocidade
		velocita passo media snelheid tempokm schnitt tod timeofday clockofday realclock split splits half halfway hm hmtime halfmarathontime lap laps gap diff
		difference behind timebehind ruckstand abstand ecart retard diferencia distacco achterstand agterstand wavename flag fav share print video photo certificate
		cert catpos catplace catrank catplc categorypos categoryposition categoryplace categoryrank classpos agegrouprank agegroupposition agegroupplace agegrouppos
		agrank agpos agplace divpl divpos divplace divrank divtot divisionplace divisionrank sexpl sexplace sexpos sexplc sexrank genpos genplace genrank genplc genderpos
		genderposition genderplace genderrank genderpl gpos gplace mfpos gendergunrank genderchiprank agegroupgunrank agegroupchiprank overallchiprank
		netrank chiprank chippos netpos akpl akplatz akrang akpos mwpl mwplatz mwrang rangcat clcat placecat placecategorie placesexe rangsexe
		poscat possexo puestocat puestocategoria puestosexo posicaocategoria poscategoria posgenero poscategoria possesso katpos katplek
		plaatscat catplaats geslagpos geslposisie posgender poscategory poscat possex
		predict predictt predicted predictedtime predictt estimate estimatedtime hcap hcapt hcapt+ hcapt- handicap start% agegrade agegrading ag% agegrade% points pts point score
		punkte punten punte puntos pontos punti city town citystate suburb ort stadt wohnort ville commune localite ciudad localidad cidade citta
		localita woonplaats dorp state/prov province prov provincia st land country nat nation nationality nationalitat nationalite nacionalidad nazionalita pais pays paese paiz natie
		nac naz ioc noc countrycode region county district wave startgroup medal medals medaille pb pr sb award awards prize prizes shirt size tshirt tshirtsize index id timerid rownumber totaltimebehind
		chipid chipcode tagid epc rfid seeding batch block corral pen`,
}

// privateWords lists the names of columns that hold personal data.
var privateWords = map[Field]string{
	Email: `email emailaddress e-mail mail epos eposadres courriel correo 邮箱 郵箱 電子郵件`,
	Phone: `phone phoneno phonenumber telephone telephoneno tel telno cell cellno cellnumber
		cellphone mobile mobileno mobilenumber mobilephone telefon telefono telefone telefoon selfoon selnommer celular handy portable contactno contactnumber contact
		电话 電話 手机 手機`,
	Private: `idno idnumber idnr identity identityno identitynumber nationalid said saidno saidnumber rsaid passport passportno passportnumber idpassport idorpassport
		idnommer identiteitsnommer dni nie cpf rg cni ssn taxno medical medicalaid medicalaidno medicalaidnumber medicalaidname medicalconditions medicalcondition medicalinfo
		allergies allergy medication bloodtype bloodgroup blood doctor doctorname doctorphone emergency emergencycontact emergencyname emergencyphone emergencycontactname
		emergencycontactno emergencycontactnumber emergencynumber ice icename icecontact iceno icenumber nextofkin kin address postaladdress homeaddress street streetaddress physicaladdress adres adresse
		direccion endereco indirizzo postcode postalcode zip zipcode 身份证 身分證 身分證字號 身份证号`,
}

var fieldByWord, privateByWord = byWord(synonyms), byWord(privateWords)

func byWord(lists map[Field]string) map[string]Field {
	fields := map[string]Field{}
	for field, list := range lists {
		for one := range strings.FieldsSeq(list) {
			fields[word(one)] = field
		}
	}
	return fields
}

// word returns the name of a column in the form of synonyms: folded, without
// spaces and full stops.
func word(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune("#%+-/", r) {
			return r
		}
		return -1
	}, club.Fold(name))
}

// fieldOf returns the field that the name of a column means, or "" if it
// doesn't tell.
func fieldOf(name string) Field {
	name = grid.Tidy(name)
	for _, name := range []string{name, withoutBrackets(name)} {
		key := word(name)
		switch {
		case privateByWord[key] != "":
			return privateByWord[key]
		case fieldByWord[key] != "":
			return fieldByWord[key]
		}
	}
	return fieldInWords(name)
}

func withoutBrackets(name string) string {
	if at := strings.IndexAny(name, "([{"); at > 0 {
		return name[:at]
	}
	return name
}

// traps lists words that change what a column called a time or a place means.
// marks lists words that tell its field.
var (
	traps = words(`pace speed split lap behind back gap diff difference deficit penalty bonus moving stopped seed previous season goal expected projected limit type start half halfway predicted predict estimated tod clock day wave cat category div division class sex
		gender gen age ag group grp km mile mi swim bike cycle transition t1 t2 best pb rank target qualifying seed
		kat categorie catégorie sexe halb`)
	marks = []struct {
		words map[string]bool
		field Field
	}{
		{words(`net nett netto chip neto liquido reel real`), Net},
		{words(`gun brutto bruto lordo brut`), Gun},
		{words(`time zeit temps tiempo tempo tijd tyd czas tid`), Time},
		{words(`surname lastname nachname apellidos`), Last},
		{words(`name naam nom nombre nome`), Name},
		{words(`pos position place rank platz rang classement clt puesto posicion posicao posizione plaats posisie`), Position},
		{words(`bib`), Bib},
		{words(`club team klub verein`), Club},
		{words(`licence license`), Licence},
		{words(`category`), Category},
		{words(`no number nr nommer nummer`), Bib},
	}
)

func words(list string) map[string]bool {
	set := map[string]bool{}
	for word := range strings.FieldsSeq(list) {
		set[club.Fold(word)] = true
	}
	return set
}

// joints replaces what programs put between the words of a name: TIME.GUN.
var joints = strings.NewReplacer(".", " ", "_", " ", ":", " ")

// fieldInWords finds the word that decides what a longer name means: Official
// Time 21.1 km.
func fieldInWords(name string) Field {
	parts := club.Words(joints.Replace(name))
	if len(parts) < 2 || len(parts) > 6 {
		return ""
	}
	private := Field("")
	for _, part := range parts {
		if traps[part] {
			return Skip
		}
		if field := privateByWord[part]; field != "" && private != Private {
			private = field
		}
	}
	if private != "" {
		return private
	}
	for _, mark := range marks {
		for _, part := range parts {
			if mark.words[part] {
				return mark.field
			}
		}
	}
	return ""
}
