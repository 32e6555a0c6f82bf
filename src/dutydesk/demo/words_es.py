"""Phrases in Spanish."""

from dutydesk.demo.phrase_book import Crime, PhraseBook

SPANISH = PhraseBook(
    crimes=(
        Crime("fraud", "Estafa agravada", "Código Penal, artículo 250", 96,
              "En {month} de {year}, en {town}, la persona buscada vendió {number} solares que no existían y cobró "
              "{amount} euros."),
        Crime("drug_trafficking", "Tráfico de drogas", "Código Penal, artículo 368", 144,
              "En {month} de {year}, en {town}, la persona recibió {number} kilogramos de cocaína ocultos en un "
              "cargamento de fruta y los entregó a dos compradores."),
        Crime("homicide", "Homicidio", "Código Penal, artículo 138", 180,
              "En {month} de {year}, en {town}, la persona mató a su socio con un arma de fuego tras una disputa por "
              "dinero y huyó del país."),
        Crime("human_trafficking", "Trata de personas", "Código Penal, artículo 177 bis", 96,
              "Desde {month} hasta diciembre de {year}, la persona captó a {number} mujeres en {town} con promesas de "
              "empleo y les retuvo la documentación."),
        Crime("robbery", "Robo con violencia y uso de armas", "Código Penal, artículo 242", 60,
              "En {month} de {year}, la persona y otros dos asaltaron una joyería de {town} y se llevaron relojes por "
              "valor de {amount} dólares."),
        Crime("money_laundering", "Blanqueo de capitales", "Código Penal, artículo 301", 72,
              "En {month} de {year}, la persona ingresó {amount} dólares del narcotráfico en cuentas de tres empresas "
              "de {town}."),
        Crime("kidnapping", "Secuestro extorsivo", "Código Penal, artículo 170", 180,
              "En {month} de {year}, la persona retuvo a un comerciante en una casa de {town} y exigió {amount} "
              "dólares por su libertad."),
        Crime("smuggling", "Contrabando de armas", "Ley de Contrabando, artículo 2", 84,
              "En {month} de {year}, la persona envió desde {town} {number} pistolas declaradas como repuestos."),
    ),
    excluded=(
        Crime("unpaid_cheque", "Libramiento de cheque sin fondos", "Código Penal, artículo 302", 48,
              "En {month} de {year}, en {town}, la persona entregó un cheque sin fondos por {amount} en pago de "
              "muebles."),
        Crime("adultery", "Adulterio", "Código Penal, artículo 255", 36,
              "En {month} de {year}, en {town}, la persona cometió adulterio, según denuncia del cónyuge."),
        Crime("custody", "Sustracción de menor en litigio de custodia", "Código Penal, artículo 225 bis", 48,
              "En {month} de {year}, la persona salió de {town} con su propio hijo durante un litigio de custodia."),
    ),
    political=(
        Crime("other", "Sedición y ofensas al Gobierno", "Código Penal, artículo 283", 120,
              "En {month} de {year}, en {town}, la persona publicó declaraciones extremistas contra el Gobierno y "
              "convocó una manifestación no autorizada."),
        Crime("other", "Conspiración para un golpe de Estado", "Código Penal, artículo 228", 240,
              "En {month} de {year}, en {town}, la persona, exdiputada de la oposición, se habría reunido con "
              "militares."),
    ),
    unfair=(
        Crime("homicide", "Asesinato", "Código Penal, artículo 139", 300,
              "En {month} de {year}, en {town}, la persona mató a un guardia. La confesión se obtuvo durante la "
              "detención, sin abogado y, según la defensa, bajo tortura."),
    ),
    thin="Se cometió una estafa.",
    texts={
        "red": ("Localizar y detener con fines de extradición. Informar de inmediato.",
                "Se ruega la detención; la solicitud de extradición se remitirá sin demora.",
                "La persona puede viajar con documentos falsos. Deténgase y avísese a esta oficina."),
        "blue": ("Se ruega comunicar el domicilio y los viajes de esta persona, de interés para una investigación.",
                 "Identidad por confirmar. Se ruega enviar fotografía si consta en sus archivos."),
        "green": ("Condenada varias veces; es probable que reincida en otros países.",
                  "Advertencia: se presenta como corredor y ofrece inversiones falsas a jubilados."),
        "yellow": ("La desaparición se denunció al día siguiente de la fecha indicada.",
                   "Vista por última vez cerca de una terminal de autobuses. La familia teme por su seguridad.",
                   "Se ruega consultar hospitales, albergues y puestos fronterizos."),
        "black": ("Cadáver sin identificar. Se ruega comparar con sus personas desaparecidas.",
                  "Identidad desconocida. Ficha dental y huellas disponibles."),
        "purple": ("Para información: el método que sigue fue descubierto por la aduana.",
                   "Trasládese a las unidades de drogas y aduanas."),
        "orange": ("Peligro inminente: se ruega alertar sin demora a las policías de fronteras y transporte.",
                   "La amenaza descrita se considera real y próxima."),
        "silver": ("Se ruega localizar los bienes siguientes, presunto producto del delito.",
                   "Búsquense titulares y transmisiones. Se pedirá el embargo."),
    },
    things={
        "method": (("Droga en tacos de palé", "Los tacos de madera estaban vaciados y cerrados con serrín encolado; "
                    "900 g en cada uno."),
                   ("Lectores de tarjetas en surtidores", "Un lector con radio de corto alcance se fija tras el panel; "
                    "los datos se recogen desde un coche.")),
        "threat": (("Licor adulterado con metanol", "Se vendieron botellas en {town}; {number} personas están "
                    "hospitalizadas y parte del lote cruzó la frontera."),
                   ("Paquetes incendiarios", "Pequeños paquetes con temporizador dirigidos a almacenes; se hallaron "
                    "{number} en {town}.")),
        "asset": (("Finca, yate y dos cuentas", "Finca comprada en {year} en {town} por {amount} euros, yate de 14 m "
                   "y dos cuentas a nombre del cónyuge."),),
        "body": (("Varón, unos 45 años", "Hallado en {month} de {year} junto al río en {town}. 172 cm, pelo gris, "
                  "fractura antigua del brazo."),
                 ("Mujer, de 25 a 35 años", "Hallada en {month} de {year} en una playa cerca de {town}. 162 cm, "
                  "tatuaje en el tobillo.")),
    },
    events={
        "blue": ("En {month} de {year}, en {town}, la persona alquiló una nave donde se hallaron motores robados.",
                 "En {month} de {year}, la persona compró en {town} teléfonos usados en un secuestro."),
        "yellow": ("Salió de su casa en {town} una mañana de {month} de {year} y no volvió.",
                   "Fue vista en {month} de {year} en la estación de {town} con un adulto desconocido."),
        "black": ("El cadáver fue hallado por pescadores cerca de {town} en {month} de {year}, sin documentos.",),
    },
    months=("enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre",
            "noviembre", "diciembre"),
    court=("Juzgado de Instrucción n.º 2 de {town}", "Audiencia Provincial de {town}", "Juzgado Penal de {town}"),
    prosecutor="Fiscalía de {town}",
    occupations=("contable", "camionero", "electricista", "comerciante", "dentista", "artista"),
    hair=("castaño", "negro", "gris", "rubio"),
    eyes=("marrones", "grises", "azules", "verdes"),
    marks=("cicatriz en la muñeca izquierda", "tatuaje en el antebrazo", "cojera leve", "lunar en el cuello"),
    religion="asiste cada semana al culto de una iglesia minoritaria",
    corrected="Versión corregida, sustituye a la anterior. ",
    withdrawals={
        "located": "Persona localizada.",
        "annulled": "El tribunal anuló la orden.",
        "twice": "Enviado dos veces por error.",
        "home": "La persona desaparecida ha vuelto a casa.",
    },
    correspondence=("Gracias por su respuesta; por nuestra parte el asunto queda cerrado.",
                    "¿Puede declarar el testigo por vídeo la próxima semana?",
                    "Nuestro oficial de enlace llega el lunes y solicita una reunión.",
                    "Recordamos nuestra consulta sobre la matrícula."),
)  # fmt: skip
