// Neural Turing Machines in a browser: the page calls Machine's methods, and shows what they return.
//
//     dotnet run -c Release --project samples/Ntm.Browser
using System.Runtime.Versioning;

[assembly: SupportedOSPlatform("browser")]

// The page's script does everything else.
return 0;
