import java.io.File;
import java.io.InputStream;
import java.util.logging.LogManager;
import org.verapdf.gf.foundry.VeraGreenfieldFoundryProvider;
import org.verapdf.pdfa.Foundries;
import org.verapdf.pdfa.PDFAParser;
import org.verapdf.pdfa.PDFAValidator;
import org.verapdf.pdfa.flavours.PDFAFlavour;
import org.verapdf.pdfa.results.TestAssertion;
import org.verapdf.pdfa.results.ValidationResult;
import org.verapdf.pdfa.validation.profiles.Profiles;
import org.verapdf.pdfa.validation.profiles.ValidationProfile;

/**
 * Asks veraPDF whether files keep to a profile.
 *
 * <p>Words: the flavour (`ua1`), the name of its profile (`PDFUA-1`), and files. For each file it
 * prints a line with its path and the number of checks that were made; then a line for each check
 * that failed, with the clause, the test, and what is wrong where. Fields are parted by tabs.
 */
public class Verify {
  private static final int MOST_FAILURES = 200;

  public static void main(String[] words) throws Exception {
    LogManager.getLogManager().reset();
    VeraGreenfieldFoundryProvider.initialise();
    PDFAFlavour flavour = PDFAFlavour.fromString(words[0]);
    ValidationProfile profile = profile(words[1]);
    for (int i = 2; i < words.length; i++) {
      verify(new File(words[i]), flavour, profile);
    }
  }

  private static ValidationProfile profile(String name) throws Exception {
    String path = "/org/verapdf/pdfa/validation/" + name + ".xml";
    try (InputStream xml = Verify.class.getResourceAsStream(path)) {
      return Profiles.profileFromXml(xml);
    }
  }

  private static void verify(File file, PDFAFlavour flavour, ValidationProfile profile)
      throws Exception {
    try (PDFAParser parser = Foundries.defaultInstance().createParser(file, flavour);
        PDFAValidator validator =
            Foundries.defaultInstance()
                .createValidator(profile, MOST_FAILURES, false, true, false)) {
      ValidationResult result = validator.validate(parser);
      System.out.println(file + "\t" + result.getTotalAssertions());
      for (TestAssertion assertion : result.getTestAssertions()) {
        if (assertion.getStatus() == TestAssertion.Status.FAILED) {
          System.out.println(line(assertion));
        }
      }
    }
  }

  private static String line(TestAssertion assertion) {
    String rule =
        assertion.getRuleId().getClause() + "-" + assertion.getRuleId().getTestNumber();
    String said = assertion.getMessage() + " @ " + assertion.getLocation().getContext();
    return "\t" + rule + "\t" + said.replaceAll("\\s+", " ");
  }
}
